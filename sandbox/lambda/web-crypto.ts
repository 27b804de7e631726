import { webcrypto } from 'node:crypto';
import type { Waits } from '../kernel/waits';

/** What of an object is a function runs as its method. */
const methodsOf = <T extends object>(object: T, call: (work: () => unknown) => unknown): T =>
  new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => call(() => Reflect.apply(value, target, given) as unknown);
    },
  });

/** WebCrypto whose work, which Node.js does on other threads, keeps the sandbox's time from moving meanwhile. */
export function cryptoDuring(waits: Waits): typeof webcrypto {
  const subtle = methodsOf(webcrypto.subtle, (work) => waits.during(() => Promise.resolve(work())));
  const direct = methodsOf(webcrypto, (work) => work());
  return new Proxy(direct, { get: (target, name) => (name === 'subtle' ? subtle : (Reflect.get(target, name) as unknown)) });
}
