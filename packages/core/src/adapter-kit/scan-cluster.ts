import { type Hold, keyInSlot, readSlotView, type SlotView } from './cluster-slots.ts';
import { type ScanStep, scanServer } from './scan.ts';

/** What a scan needs of a cluster. */
export interface ScannedCluster {
  /** Returns the masters that the client knows at this moment. */
  masters(): Promise<readonly ScannedMaster[]>;
  /** Reads a key, which may be missing, so that the client learns about the master that serves it. */
  get(key: string): Promise<unknown>;
}

/** What a scan needs of one master. */
export interface ScannedMaster {
  scan: ScanStep;
  /** Sends CLUSTER NODES to this master. */
  nodes(): Promise<unknown>;
}

/**
 * Implements `RedisLike.scan` for a cluster: scans one master after the other, and scans masters again that have
 * received slots since, so that a moving key is found. Each slot counts as seen once. So the scan ends however long slots keep
 * moving, unless they move back and forth faster than a master can be scanned. Rejects with the client's error if a master
 * fails.
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
    if (asked.has(slot)) throw new Error(`The client cannot find the master of slot ${slot}.`);
    asked.add(slot);
    await cluster.get(keyInSlot(slot));
  }
}

/** Remembers the slots whose keys have all been returned. */
class SeenSlots {
  readonly #whole = new Set<number>();
  /** The moving slots whose old owner was scanned, and how it held them. The keys that it had already moved are still missing. */
  readonly #givenAway = new Map<number, Hold>();

  /** Returns whether a scan of the master could find more keys. */
  lacks({ id, own }: SlotView): boolean {
    for (const [slot, hold] of own) {
      if (!this.#whole.has(slot) && this.#isNew(id, slot, hold)) return true;
    }
    return false;
  }

  /** Notes a scan that took place between two views of the same master. Slots that changed in between do not count. */
  add(before: SlotView, after: SlotView): void {
    for (const [slot, hold] of before.own) {
      if (!isSame(hold, after.own.get(slot))) continue;
      if (hold.to !== undefined) this.#givenAway.set(slot, hold);
      else if (this.#isNew(before.id, slot, hold)) this.#whole.add(slot);
    }
  }

  /** The node that receives a slot must be scanned after the node that gives it away. Otherwise a key could move unseen. */
  #isNew(id: string, slot: number, hold: Hold): boolean {
    const given = this.#givenAway.get(slot);
    return hold.from === undefined ? !isSame(hold, given) : given?.to === id;
  }

  /** Returns an unseen slot of a master whose own view is not among these. */
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
