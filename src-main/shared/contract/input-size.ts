/** Values that one call may carry: the ids of every video of a large project are far below it. */
const MAX_VALUES = 100_000;
/** How deep values may lie in one another; nothing of the contract comes near it, and what recurses over them has a stack with an end. */
const MAX_DEPTH = 32;
/** Names in one object: the longest of the contract is that of the settings. Schemas bound lists before they look at what is in them, but not names. */
const MAX_NAMES = 500;

/**
 * Whether a call's input is larger or deeper than anything the contract asks for, or holds what JSON does not have, found without recursion
 * and before anything else looks at it.
 */
export function isBeyondContract(input: unknown): boolean {
  let values = 0;
  let level: unknown[] = [input];
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length;
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
    const inside: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (!isArrayOrRecord(value)) return true;
      const held: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
      if (values + inside.length + held.length > MAX_VALUES || (!Array.isArray(value) && held.length > MAX_NAMES)) return true;
      for (const each of held) inside.push(each);
    }
    level = inside;
  }
  return false;
}

/** A desktop's page can also send maps, sets and the like, whose contents are not seen as names. */
function isArrayOrRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
