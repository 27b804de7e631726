import { types } from 'node:util';

/**
 * A deep copy of plain data (objects, arrays, maps, sets, dates, bytes), shared parts staying shared. Unlike `structuredClone` it makes
 * objects of this realm, so that `instanceof Date` holds inside a test runner's sandbox too.
 */
export const copy = <T>(value: T): T => copyOf(value, new Map()) as T;

function copyOf(value: unknown, made: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  if (types.isDate(value)) return new Date(value.getTime());
  if (types.isUint8Array(value)) return new Uint8Array(value);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    made.set(value, list);
    for (const item of value) list.push(copyOf(item, made));
    return list;
  }
  if (types.isMap(value)) {
    const map = new Map<unknown, unknown>();
    made.set(value, map);
    for (const [key, item] of value) map.set(key, copyOf(item, made));
    return map;
  }
  if (types.isSet(value)) return new Set(value);
  const object: Record<string, unknown> = {};
  made.set(value, object);
  for (const [key, item] of Object.entries(value)) object[key] = copyOf(item, made);
  return object;
}
