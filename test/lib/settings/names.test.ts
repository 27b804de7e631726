import { namesOf } from '../../../lib/settings/names';

const all = (prefix: string): string[] =>
  Object.values<string | Record<string, string>>({ ...namesOf({ prefix }) }).flatMap((name) =>
    typeof name === 'string' ? [name] : Object.values(name),
  );

it('begins every name with the prefix, so that roles can be limited to it and two deployments never meet', () => {
  for (const name of all('keys')) expect(name).toMatch(/^keys(-|$)/);
  expect(all('keys').filter((name) => all('other').includes(name))).toEqual([]);
});

it('names every function differently', () => {
  const { orchestrator, rotator, reporter, organizationFacts } = namesOf({ prefix: 'keys' });
  expect(new Set([orchestrator, rotator, reporter, organizationFacts]).size).toBe(4);
});

it('stays within 64 characters, the limit of functions and roles, with the longest prefix that settings take', () => {
  for (const name of all('p'.repeat(40))) expect(name.length).toBeLessThanOrEqual(64);
});
