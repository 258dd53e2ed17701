import type { ScoredMember } from '../redis/redis-like.ts';

/**
 * Reads the reply to a command with WITHSCORES.
 * @param reply members and scores in turn, as RESP2 sends them, or a pair for each member, as RESP3 does.
 */
export function scoredMembers(reply: readonly unknown[]): ScoredMember[] {
  const flat = reply.flat();
  const scored: ScoredMember[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    scored.push({ member: String(flat[index]), score: Number(flat[index + 1]) });
  }
  return scored;
}
