import type { ScoredMember } from '../redis/redis-like.ts';

/**
 * Reads the reply to a command WITHSCORES.
 * @param reply members and scores in turn, as RESP 2 has them, or a pair of each, as RESP 3 has them.
 */
export function scoredMembers(reply: readonly unknown[]): ScoredMember[] {
  const turns = reply.flat();
  const scored: ScoredMember[] = [];
  for (let index = 0; index < turns.length; index += 2) {
    scored.push({ member: String(turns[index]), score: Number(turns[index + 1]) });
  }
  return scored;
}
