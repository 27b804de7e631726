import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { policyFor } from '../../lambda/core/store/secret-policy';
import { CentralStack } from '../stacks/central-stack';
import { memberOf, MemberStack } from '../stacks/member-stack';
import { hasReplicaKeys, ReplicaKeyStack } from '../stacks/replica-key-stack';
import { readSettings } from '../settings/read';
import { callersOf } from './callers';
import { holdersOf, type Grant, type Holder, type TemplateOfPolicies } from './grants';

type Values = Readonly<Record<string, unknown>>;
/**
 * Other settings under which policies differ, with what they are called on the page, and what they are compared with if not the default.
 */
const SHAPES: readonly (readonly [title: string, settings: Values, than?: Values])[] = [
  ['`deployment: delegated`', { deployment: 'delegated' }],
  ['`deployment: single`', { deployment: 'single' }],
  ['`deployment: list`', { deployment: 'list', accounts: '222233334444,333344445555' }],
  ['`secretStore: central`', { secretStore: 'central' }],
  [
    '`keyApi` with clients and private endpoints, beside `secretStore: central`, compared with that alone',
    {
      secretStore: 'central',
      keyApi: {
        clients: { billing: { '222233334444': ['web-deploy'] } },
        session: true,
        accessLogRole: true,
        privateEndpoints: ['vpce-0a1b2c3d4e5f67890'],
      },
    },
    { secretStore: 'central' },
  ],
  ['`deleteSecretAfter`', { deleteSecretAfter: '30d' }],
  ['`memberKey`', { memberKey: 'alias/key-rotation' }],
  ['`usageDetail`', { usageDetail: true }],
  ['`replicaRegions`', { replicaRegions: 'eu-central-1,us-east-1' }],
  [
    '`replicaRegions` beside `secretStore: central`, compared with that alone',
    { secretStore: 'central', replicaRegions: 'eu-central-1,us-east-1' },
    { secretStore: 'central' },
  ],
  ['In a VPC (`subnetIds`, `securityGroupIds`)', { subnetIds: 'subnet-0a1b2c3d4e5f67890', securityGroupIds: 'sg-0a1b2c3d4e5f67890' }],
  ['`tracing`', { tracing: true }],
  ['`evidenceKey: true`', { evidenceKey: 'true' }],
  ['`evidenceKey` with a key of yours', { evidenceKey: 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-1234-5678-9abc-def012345678' }],
];

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');
const link = (path: string): string => `[${path.replace('lambda/', '')}](../${path})`;

function calledBy({ actions, effect, reason }: Grant, entry: string | undefined): string {
  if (effect === 'Deny') return `refused: ${codes(actions)}`;
  if (reason.by !== undefined) return `${codes(actions)}: used by ${reason.by} itself`;
  if (entry === undefined) return codes(actions);
  const calls = actions.map((action) => ({ action, files: callersOf(action, entry).map(link).join(', ') }));
  const files = [...new Set(calls.map((call) => call.files))];
  return files.map((one) => `${codes(calls.flatMap((call) => (call.files === one ? [call.action] : [])))}: ${one}`).join('; ');
}

function grantLines(grant: Grant, entry: string | undefined): string[] {
  const { sid, effect, principals, resources, conditions, reason } = grant;
  const title = sid === '' ? 'Statement without a name' : sid;
  const who = principals.length > 0 ? ` ${effect === 'Deny' ? 'Denied to' : 'Allowed to'} ${codes(principals)}.` : '';
  return [
    `- **${title}**: ${reason.why}${who}`,
    `  - ${calledBy(grant, entry)}`,
    `  - on ${codes(resources)}${reason.wildcard === undefined ? '' : ` (${reason.wildcard.replace(/\.$/, '')})`}`,
    ...conditions.map((condition) => `  - ${effect === 'Deny' ? 'when' : 'only if'} ${code(condition)}`),
  ];
}

function trustLines({ trust }: Holder): string[] {
  return trust.map(
    ({ principals, conditions }) => `Assumed by ${codes(principals)}${conditions.length > 0 ? `, only if ${codes(conditions)}` : ''}.`,
  );
}

const grantsText = ({ grants, entry }: Holder): string => grants.flatMap((grant) => grantLines(grant, entry)).join('\n');

/** A holder whose statements were shown before names that one instead of repeating them. */
function holderText(holder: Holder, before: readonly Holder[]): string {
  const same = before.find((other) => grantsText(other) === grantsText(holder) && holder.trust.length > 0);
  return [
    `### ${holder.name}`,
    '',
    `${code(holder.type)}. ${holder.purpose}. ${trustLines(holder).join(' ')}`,
    '',
    same ? `The statements of [${same.name}](#${same.name.toLowerCase()}).` : grantsText(holder),
  ].join('\n');
}

/** What a shape has that the default has not, and the other way round; what several holders share is said once. */
function differences(title: string, shape: readonly Holder[], base: readonly Holder[]): string {
  const linesOf = (holder: Holder): string[] => [
    ...(holder.trust.length > 0 ? [`- ${trustLines(holder).join(' ')}`] : []),
    ...holder.grants.map((grant) => grantLines(grant, holder.entry).join('\n')),
  ];
  const added = new Map<string, string[]>();
  const absent: string[] = [];
  for (const holder of shape) {
    const before = base.find(({ name }) => name === holder.name);
    const twin = before ?? base.find((other) => holder.trust.length > 0 && grantsText(other) === grantsText(holder));
    const known = twin ? linesOf(twin) : [];
    const fresh = linesOf(holder).filter((line) => !known.includes(line));
    if (twin && !before) fresh.push(`- the statements of [${twin.name}](#${twin.name.toLowerCase()})`);
    if (fresh.length > 0) added.set(fresh.join('\n'), [...(added.get(fresh.join('\n')) ?? []), holder.name]);
    const sids = (before?.grants ?? []).map(({ sid }) => sid).filter((sid) => !holder.grants.some((grant) => grant.sid === sid));
    absent.push(...sids.map((sid) => `${holder.name} ${sid}`));
  }
  absent.unshift(...base.map(({ name }) => name).filter((name) => !shape.some((holder) => holder.name === name)));
  return [
    `### ${title}`,
    ...(absent.length > 0 ? [`Absent: ${codes(absent)}.`] : []),
    ...[...added].map(([lines, names]) => `${codes(names)}:\n\n${lines}`),
  ].join('\n\n');
}

function overview(roles: readonly Holder[]): string {
  const rows = roles.map(({ name, purpose, trust, grants }) => [
    `[${name}](#${name.toLowerCase()})`,
    `${purpose}.`,
    codes(trust.flatMap(({ principals }) => principals)),
    ...(['Allow', 'Deny'] as const).map((effect) => codes(grants.flatMap((grant) => (grant.effect === effect ? grant.sid : [])))),
  ]);
  const heads = ['Role', 'For', 'Taken by', 'May', 'Never'];
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function holdersUnder(values: Values, flags: Values): Holder[] {
  const settings = readSettings({ sender: 'key-rotation@acme.test', ...values });
  const outdir = mkdtempSync(join(tmpdir(), 'security-page-'));
  const app = new App({ outdir, analyticsReporting: false, context: { ...flags, 'aws:cdk:bundling-stacks': [] } });
  const stacks: Stack[] = [
    new CentralStack(app, 'IamKeyRotation', { settings }),
    ...(settings.deployment === 'single' ? [] : [new MemberStack(app, 'Member', memberOf(settings))]),
    ...(hasReplicaKeys(settings) ? [new ReplicaKeyStack(app, 'ReplicaKey', settings)] : []),
  ];
  try {
    const assembly = app.synth();
    return stacks.flatMap((stack) => holdersOf(stack, assembly.getStackArtifact(stack.artifactId).template as TemplateOfPolicies));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The generated part of docs/security.md: every policy of the synthesized templates; throws when anything in one is unexplained. */
export function securityPage(flags: Values): string {
  const known = new Map<string, Holder[]>();
  const holdersOnce = (values: Values): Holder[] => {
    const name = JSON.stringify(values);
    const holders = known.get(name) ?? holdersUnder(values, flags);
    known.set(name, holders);
    return holders;
  };
  const base = holdersOnce({});
  // The member role first, so that the management account's names it.
  const ordered = base.toSorted((a, b) => Number(b.name === 'MemberRole') - Number(a.name === 'MemberRole'));
  const roles = ordered.filter(({ trust }) => trust.length > 0);
  const others = ordered.filter(({ trust }) => trust.length === 0);
  return [
    '## Roles',
    overview(roles),
    ...roles.map((holder, place) => holderText(holder, roles.slice(0, place))),
    '## Policies on resources',
    ...others.map((holder) => holderText(holder, [])),
    '### Secrets',
    'Made in the member account by [core/store/secret-store.ts](../lambda/core/store/secret-store.ts), one for each user whose key was rotated; here for the user `alice`.',
    `\`\`\`json\n${JSON.stringify(policyFor('arn:aws:iam::222233334444:user/alice'), undefined, 2)}\n\`\`\``,
    '## With other settings',
    'What differs from the above.',
    ...SHAPES.map(([title, values, than]) => differences(title, holdersOnce(values), holdersOnce(than ?? {}))),
  ].join('\n\n');
}
