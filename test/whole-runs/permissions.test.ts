import { deployedRole, grantsOfAssembly, madeBy, statementsOf, uses, type Grant } from '../helpers/sandbox-grants';
import { MANAGEMENT, TEAM, TestOrganization } from '../helpers/sandbox-organization';
import { SCENES, Stage, type Scene } from '../helpers/sandbox-scenes';
import { withoutAction } from '../helpers/sandbox-situations';

const GRANTS = grantsOfAssembly();
/** A function that may not write its log can tell nobody; the call log still knows. */
const UNTOLD = ['logs:CreateLogStream', 'logs:PutLogEvents'];
/** What Lambda does for a function, which only the bundles have, and one in eight others; who refuses what is the same without the wire. */
const isOnBundles = (grant: Grant): boolean => [...UNTOLD, 'sqs:SendMessage'].includes(grant.action) || GRANTS.indexOf(grant) % 8 === 0;

/** What Lambda does for each function; of the other scenes every second one is played on the bundles. */
const showsLambda = ({ name }: Scene): boolean => name.endsWith('fails for good');

let org: TestOrganization;
let stage: Stage;
/** Every scene with what it used. */
const played: { scene: Scene; calls: number; used: Set<Grant>; resources: Set<string>; denied: string[]; broken: unknown[] }[] = [];

const roleOf = (grant: Grant) => deployedRole(org.sandbox.world, grant, TEAM.id);
const denied = (): string[] => [
  ...new Set(
    org.sandbox.denials.flatMap((call) =>
      call.authorized.filter(({ allowed }) => !allowed).map(({ action }) => `${call.principal.split('/')[1] ?? ''} ${action}`),
    ),
  ),
];

beforeAll(async () => {
  org = await TestOrganization.deployed('enforcing', [TEAM], { direct: true });
  stage = await org.onBundles(() => Stage.prepared(org));
  for (const [place, scene] of SCENES.entries()) {
    const play = () => stage.play(scene);
    await (showsLambda(scene) || place % 2 === 0 ? org.onBundles(play) : play());
    const used = new Set<Grant>();
    const resources = new Set<string>();
    for (const grant of GRANTS) {
      const role = roleOf(grant);
      for (const statement of statementsOf(org.sandbox.world, role)) {
        if (statement.Sid !== grant.sid || ![statement.Action].flat().includes(grant.action)) continue;
        for (const resource of [statement.Resource ?? []].flat()) {
          if (!org.sandbox.calls.some((call) => uses(call, role, { ...statement, Resource: resource }, grant.action))) continue;
          used.add(grant);
          resources.add(`${role.account} ${role.name} ${grant.sid} ${resource}`);
        }
      }
    }
    played.push({ scene, calls: org.sandbox.calls.length, used, resources, denied: denied(), broken: org.rules.broken });
  }
});
afterEach(() => {
  expect(org.rules.broken).toEqual([]);
});
afterAll(async () => {
  await org.stop();
});

it('looks at every role that is deployed', () => {
  const known = new Set(GRANTS.map(roleOf).map(({ account, name }) => `${account} ${name}`));
  const deployed = [MANAGEMENT.id, TEAM.id].flatMap((account) =>
    [...org.sandbox.kernel.account(account).roles.keys()].map((name) => `${account} ${name}`),
  );
  expect(deployed.filter((role) => !role.endsWith(' Administrator')).sort()).toEqual([...known].sort());
});

it('is denied nothing, and breaks no never-rule, while every granted action is there', () => {
  expect(played).toHaveLength(SCENES.length);
  for (const { scene, denied: refused, broken } of played) expect([scene.name, refused, broken]).toEqual([scene.name, [], []]);
});

it('leaves no granted action unused', () => {
  const used = new Set(played.flatMap((one) => [...one.used]));
  expect(GRANTS.filter((grant) => !used.has(grant))).toEqual([]);
});

it('leaves no resource of a statement unused, but for alternatives that are not deployed here', () => {
  const used = new Set(played.flatMap((one) => [...one.resources]));
  const roles = [...new Map(GRANTS.map((grant) => [grant.role, roleOf(grant)])).values()];
  const granted = roles.flatMap((role) =>
    statementsOf(org.sandbox.world, role)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Sid = '', Resource }) => [Resource ?? []].flat().map((resource) => `${role.account} ${role.name} ${Sid} ${resource}`)),
  );
  const alternatives = /SendMail .*:identity\/|SeeWhoIsExempt .*:group\/\*\/|SendMail .*:template\/iam-key-rotation-digest-audit$/;
  expect(granted.filter((resource) => !used.has(resource) && !alternatives.test(resource))).toEqual([]);
});

it.each(GRANTS)('$template $role cannot do without $action of $sid: a run without it is denied exactly that', async (grant) => {
  const role = roleOf(grant);
  const [shortest] = played.filter(({ used }) => used.has(grant)).sort((a, b) => a.calls - b.calls);
  if (!shortest) throw new Error(`no scene uses ${grant.action} of ${grant.sid}`);
  const play = () =>
    stage.play(shortest.scene, () => {
      withoutAction(org, role.account, role.name, grant.action, grant.sid);
    });
  const told = await (isOnBundles(grant) ? org.onBundles(play) : play());
  expect(denied()).toEqual([`${role.name} ${grant.action}`]);
  for (const call of org.sandbox.denials) expect(madeBy(call, role)).toBe(true);
  const named = [...told.matchAll(/is not authorized to perform: ([\w:]+)/g)].map(([, action]) => action);
  expect([...new Set(named)]).toEqual(UNTOLD.includes(grant.action) ? [] : [grant.action]);
});
