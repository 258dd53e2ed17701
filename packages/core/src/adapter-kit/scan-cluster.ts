import { type Hold, keyInSlot, readSlotView, type SlotView } from './cluster-slots.ts';
import { type ScanStep, scanServer } from './scan.ts';

/** A cluster, as far as a scan of it needs one. */
export interface ScannedCluster {
  /** The masters that the client knows at this moment. */
  masters(): Promise<readonly ScannedMaster[]>;
  /** Reads a key, which may be missing, wherever it is: so that the client learns of a master that it does not know. */
  get(key: string): Promise<unknown>;
}

export interface ScannedMaster {
  scan: ScanStep;
  /** The answer of this master to CLUSTER NODES. */
  nodes(): Promise<unknown>;
}

/**
 * `RedisLike.scan` for a cluster: scans one master after the other, and again those to which slots moved meanwhile, so
 * that a key is answered wherever it goes. Each slot counts as seen once, so this ends however long slots go on moving,
 * unless they move back and forth faster than a master can be scanned. Fails with the client's error when a master
 * does.
 * @param keyPrefix as for `scanServer`.
 */
export async function* scanCluster(
  cluster: ScannedCluster,
  match: string,
  count: number,
  keyPrefix = '',
): AsyncGenerator<string[], void, undefined> {
  const seen = new SeenSlots();
  const asked = new Set<number>();
  for (;;) {
    const views: SlotView[] = [];
    let scanned = false;
    for (const master of await cluster.masters()) {
      const before = readSlotView(String(await master.nodes()));
      views.push(before);
      if (!seen.lacks(before)) continue;
      scanned = true;
      yield* scanServer(master.scan, match, count, keyPrefix);
      seen.add(before, readSlotView(String(await master.nodes())));
    }
    if (scanned) continue;
    const slot = seen.firstOfAnUnknown(views);
    if (slot === undefined) return;
    if (asked.has(slot)) throw new Error(`The client does not find the master of slot ${slot}.`);
    asked.add(slot);
    await cluster.get(keyInSlot(slot));
  }
}

/** The slots of which every key that stayed was answered. */
class SeenSlots {
  readonly #whole = new Set<number>();
  /** Slots on their way whose owner was scanned, and how it held them: what it had given away by then is to come. */
  readonly #givenAway = new Map<number, Hold>();

  /** Whether a scan of the master could find more. */
  lacks({ id, own }: SlotView): boolean {
    for (const [slot, hold] of own) {
      if (!this.#whole.has(slot) && this.#isNew(id, slot, hold)) return true;
    }
    return false;
  }

  /** Notes a scan between two views of the same master. What changed meanwhile does not count. */
  add(before: SlotView, after: SlotView): void {
    for (const [slot, hold] of before.own) {
      if (!isSame(hold, after.own.get(slot))) continue;
      if (hold.to !== undefined) this.#givenAway.set(slot, hold);
      else if (this.#isNew(before.id, slot, hold)) this.#whole.add(slot);
    }
  }

  /** Who receives a slot comes after who gives it away, so that no key slips from the one to the other unseen. */
  #isNew(id: string, slot: number, hold: Hold): boolean {
    const given = this.#givenAway.get(slot);
    return hold.from === undefined ? !isSame(hold, given) : given?.to === id;
  }

  /** A slot not yet seen that a master has whose own view is not among these. */
  firstOfAnUnknown(views: SlotView[]): number | undefined {
    const known = new Set(views.map(({ id }) => id));
    const unknown = views.flatMap(({ others }) => others).filter(({ id }) => !known.has(id));
    for (const { slots } of unknown) {
      for (const slot of slots) if (!this.#whole.has(slot)) return slot;
    }
    return undefined;
  }
}

function isSame(one: Hold, other: Hold | undefined): boolean {
  return one.epoch === other?.epoch && one.to === other.to && one.from === other.from;
}
