/** Requests wait at gates until a test opens them, so that the test decides on their order, and not the clock. */
export class Gates {
  #gates = new Map();
  /** The last visitor of each gate. */
  visitors = {};

  /** Waits until the gate is opened. */
  pass(name, visitor) {
    const gate = this.#gate(name);
    this.visitors[name] = visitor;
    gate.waiting += 1;
    gate.tell();
    return gate.opened;
  }

  /** Waits until this many requests wait at the gate. */
  async arrived(name, count) {
    const gate = this.#gate(name);
    while (gate.waiting < count) await new Promise((resolve) => gate.listeners.push(resolve));
  }

  open(name) {
    this.#gate(name).open();
  }

  #gate(name) {
    const known = this.#gates.get(name);
    if (known) return known;
    const gate = { waiting: 0, listeners: [] };
    gate.opened = new Promise((resolve) => {
      gate.open = resolve;
    });
    gate.tell = () => {
      for (const listener of gate.listeners.splice(0)) listener();
    };
    this.#gates.set(name, gate);
    return gate;
  }
}
