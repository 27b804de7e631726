import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemblyOf } from '../helpers/sandbox-assemblies';
import { FUNCTIONS, TEAM, testOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);
const NAMESPACE = 'IamKeyRotation';

interface Declared {
  CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
}

/** `service name` of every metric of our own that an alarm or the dashboard of the template shows. */
function shown(): Set<string> {
  const text = readFileSync(join(assemblyOf('enforcing'), 'IamKeyRotation.template.json'), 'utf8');
  const { Resources } = JSON.parse(text) as {
    Resources: Record<string, { Type: string; Properties: { Namespace?: string; MetricName?: string; Dimensions?: { Value: string }[] } }>;
  };
  const alarms = Object.values(Resources)
    .filter(({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && Properties.Namespace === NAMESPACE)
    .map(({ Properties }) => `${Properties.Dimensions?.[0]?.Value ?? ''} ${Properties.MetricName ?? ''}`);
  const dashboard = JSON.stringify(Object.values(Resources).find(({ Type }) => Type === 'AWS::CloudWatch::Dashboard')).replaceAll('\\', '');
  const widgets = [...dashboard.matchAll(new RegExp(`"${NAMESPACE}","(\\w+)","service","(\\w+)"`, 'g'))];
  return new Set([...alarms, ...widgets.map(([, name, service]) => `${service ?? ''} ${name ?? ''}`)]);
}

/** `service name` of every metric that the functions' logs declare, each with the dimension `service` alone. */
function emitted(): Set<string> {
  const names = new Set<string>();
  for (const { line } of organization().sandbox.logs()) {
    if (!line.includes('"CloudWatchMetrics"')) continue;
    const entry = JSON.parse(line) as { service: string; _aws: Declared };
    for (const { Namespace, Dimensions, Metrics } of entry._aws.CloudWatchMetrics) {
      expect([Namespace, Dimensions]).toEqual([NAMESPACE, [['service']]]);
      for (const { Name } of Metrics) names.add(`${entry.service} ${Name}`);
    }
  }
  return names;
}

it('emits every metric that an alarm or the dashboard shows, without an account dimension', async () => {
  const org = organization();
  org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]);
  // One active key that is due, beside an inactive one that takes the second place.
  org.addUser(TEAM, 'blocked', [
    { ageDays: 200, usedDaysAgo: 1 },
    { ageDays: 100, status: 'Inactive' },
  ]);
  for (const day of [0, 10, 20]) {
    org.goToDay(day);
    await org.run();
    org.sandbox.clock.advance(2 * 3_600_000);
    await org.sandbox.runSchedule(FUNCTIONS.reporter);
  }
  const missing = [...shown()].filter((name) => !emitted().has(name));
  // These two happen only when a person enables a disabled key, or a key is held.
  expect(missing.sort()).toEqual(['rotator KeysHeld', 'rotator KeysReenabled']);
});
