import { chooseWay, describeWay } from './way.ts';

/** Jest's globalSetup: chooses once for all test files of a run, and says so. */
export default async function setup(): Promise<void> {
  const way = await chooseWay();
  process.env.HOLDFAST_TEST_WAY = JSON.stringify(way);
  console.log(describeWay(way));
}
