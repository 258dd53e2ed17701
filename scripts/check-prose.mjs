// Finds words that plain American English has better ones for, in pages and in source. Of the tools on npm, textlint reads
// pages only and brings 173 packages, and Vale's package downloads a program from GitHub.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const WORDS = [
  /\b(?:lest|whoever|whomever|nobody|anew|besides|meanwhile|he|him|his)\b/gi,
  /\b(?:is|are|was|were) told (?:of|when|by)\b/gi,
  /\bwhose (?:it|they) (?:is|are)\b/gi,
  // Not "the Redis client" and the like.
  /\bthe Redis\b(?=[.,;:)]|$| (?:is|of|at|under|that|and|to|itself|in|for|has|with|on|as)\b)/gim,
  /\b(?:(?:mis)?behaviour|colour|favour|honour|neighbour|centre|licence|catalogue)s?\b/gi,
  /\b(?:serial|recogn|real|organ|initial|normal|author|minim|optim|synchron|summar|util|custom)is(?:e[drs]?|ing|ation)\b/gi,
];
const PATHS = ['*.md', '.changeset/*.md', '.github/*', 'packages/*/src/*', 'apps/*/src/*'];

const listed = execFileSync('git', ['ls-files', '-z', ...PATHS], { encoding: 'utf8' }).split('\0');
// What changesets writes, and what was deleted and is still in git's index.
const files = listed.filter((file) => existsSync(file) && !/CHANGELOG\.md$|^$/.test(file));
for (const file of files) {
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const found = WORDS.flatMap((pattern) => line.match(pattern) ?? []);
    if (found.length === 0) continue;
    console.error(`${file}:${index + 1}: ${found.join(', ')}`);
    process.exitCode = 1;
  }
}
