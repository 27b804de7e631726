import type { KeyEvent } from '../core/read/key-events';
import { clip } from '../mail/words';
import type { KeyCaller, KeyUsage } from '../runs/schemas';

/** Callers of a key that are named, and what each calls most; more would fill mails and results. */
const MAX = { callers: 5, names: 5 };
const MAX_CHARACTERS = { source: 60, agent: 160, name: 80 };

/** Of what the SDKs call themselves, what differs from call to call. */
const OF_ONE_CALL = /^(?:m|api|cfg|ua)\/|^md\/command#/;

/** A program under the name that all of its calls have in common. */
function programOf(agent: string): string {
  const words = agent
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/\s+/)
    .filter((word) => word !== '');
  const lasting = words.filter((word) => !OF_ONE_CALL.test(word));
  return (lasting.length > 0 ? lasting : words).join(' ');
}

/** Who made calls with a key, by address and program, whoever made most of them first; every text is bounded, whatever a program wrote. */
export function callersOf(events: readonly KeyEvent[]): Pick<KeyUsage, 'calls' | 'callers' | 'otherCallers'> {
  const groups = new Map<string, KeyEvent[]>();
  for (const event of events) {
    const who = JSON.stringify([event.source, programOf(event.agent)]);
    const known = groups.get(who);
    if (known) known.push(event);
    else groups.set(who, [event]);
  }
  const callers = [...groups.values()].map(callerOf).toSorted((a, b) => b.calls - a.calls || (a.last < b.last ? 1 : -1));
  return {
    calls: events.length,
    callers: callers.slice(0, MAX.callers),
    otherCallers: Math.max(0, callers.length - MAX.callers),
  };
}

function callerOf(events: readonly KeyEvent[]): KeyCaller {
  const { source = '', agent = '' }: Partial<KeyEvent> = events[0] ?? {};
  const counts = new Map<string, number>();
  for (const { name } of events) counts.set(name, (counts.get(name) ?? 0) + 1);
  const times = events.map(({ at }) => at.getTime());
  return {
    source: clip(source || 'an unknown address', MAX_CHARACTERS.source),
    agent: clip(programOf(agent), MAX_CHARACTERS.agent),
    calls: events.length,
    first: new Date(times.reduce((a, b) => Math.min(a, b))).toISOString(),
    last: new Date(times.reduce((a, b) => Math.max(a, b))).toISOString(),
    names: [...counts]
      .map(([name, calls]) => ({ name: clip(name, MAX_CHARACTERS.name), calls }))
      .toSorted((a, b) => b.calls - a.calls)
      .slice(0, MAX.names),
  };
}
