/** The child's side of a `ScriptProcess`: says that it is ready, answers each message, and ends with the parent. */
export function answerParent(ready: object | number, answer: () => object | Promise<object>): void {
  process.on('message', async () => process.send?.(await answer()));
  process.on('disconnect', () => process.exit());
  process.send?.(ready);
}
