import { answerParent } from '../../processes/answer-parent.ts';
import { PARTS } from './all-parts.ts';

const [name = '', partName = '', effort = ''] = process.argv.slice(2);
const part = await PARTS[partName]?.();
const contestant = part?.contestants[name];
if (contestant === undefined) throw new Error(`${partName} has no contestant ${name}.`);
const { count, take } = await contestant(JSON.parse(effort));
answerParent(count, take);
