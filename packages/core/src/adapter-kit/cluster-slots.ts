/** What one master of a cluster says about the slots at one moment. */
export interface SlotView {
  /** The master's id. */
  readonly id: string;
  /** The slots that it serves, imports or gives away. */
  readonly own: ReadonlyMap<number, Hold>;
  /** The other nodes that serve slots, as this master knows them, and those that it gives slots to. */
  readonly others: readonly SlotOwner[];
}

interface SlotOwner {
  readonly id: string;
  readonly slots: Iterable<number>;
}

/** How a master holds a slot. */
export interface Hold {
  /** The node that the slot's keys move to. Absent if they do not. */
  readonly to?: string;
  /** The node that the slot's keys come from. Absent if they do not. */
  readonly from?: string;
  /** The master's epoch. It increases whenever the master takes over a slot, even one that it had before. */
  readonly epoch: string;
}

/** Reads the reply to CLUSTER NODES: a line for each node, including the node that replied. */
export function readSlotView(nodes: string): SlotView {
  let [id, own] = ['', new Map<number, Hold>()];
  const others: SlotOwner[] = [];
  for (const line of nodes.trim().split('\n')) {
    const [nodeId = '', , flags = '', , , , epoch = '', , ...ranges] = line.trim().split(' ');
    if (flags.includes('myself')) [id, own] = [nodeId, holds(epoch, ranges)];
    else others.push({ id: nodeId, slots: slotsOf(ranges) });
  }
  for (const [slot, { to }] of own) {
    if (to !== undefined) others.push({ id: to, slots: [slot] });
  }
  return { id, own, others };
}

/** Reads the slots of a line. Marks of moving slots, such as `[93->-id]` and `[77-<-id]`, come after the ranges. */
function holds(epoch: string, ranges: string[]): Map<number, Hold> {
  const own = new Map<number, Hold>();
  const stays: Hold = { epoch };
  for (const slot of slotsOf(ranges)) own.set(slot, stays);
  for (const range of ranges) {
    const [, slot, direction, peer = ''] = /^\[(\d+)-([<>])-(.+)\]$/.exec(range) ?? [];
    if (slot === undefined) continue;
    own.set(Number(slot), direction === '>' ? { epoch, to: peer } : { epoch, from: peer });
  }
  return own;
}

function* slotsOf(ranges: string[]): Generator<number> {
  for (const range of ranges) {
    if (range.startsWith('[')) continue;
    const [first, last = first] = range.split('-').map(Number);
    for (let slot = Number(first); slot <= Number(last); slot++) yield slot;
  }
}

/** Returns a key in this slot. It stays in the slot behind a prefix without braces. */
export function keyInSlot(slot: number): string {
  for (let tag = 0; ; tag++) {
    if (slotOf(String(tag)) === slot) return `{${tag}}`;
  }
}

/** Returns the part of a name that decides its slot: between its first braces. Undefined if the whole name does. */
export function hashTagOf(name: string): string | undefined {
  return /^[^{]*\{([^}]+)\}/.exec(name)?.[1];
}

/** Computes the slot of a text without braces as Redis does: by CRC16 (XMODEM). */
export function slotOf(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc = ((crc << 8) & 0xffff) ^ (CRC_OF_BYTE[(crc >> 8) ^ byte] ?? 0);
  }
  return crc % 16_384;
}

/** Eight steps of CRC16 at once, because every command to a cluster needs the slot of its key. */
const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});
