/** Returns a function that answers as a client does: all calls of one turn of the event loop are answered in the next. */
export function answering<Answer>(answer: Answer): () => Promise<Answer> {
  let waiting: ((answer: Answer) => void)[] = [];
  const answerAll = () => {
    const answered = waiting;
    waiting = [];
    for (const resolve of answered) resolve(answer);
  };
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(answerAll);
    });
}
