import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CallRecord } from '../../../sandbox/kernel/world';
import { ASKING } from './asking';
import { TIDYING, IAM_ANSWERS } from './modelled-iam';
import { SECRETS_ANSWERS } from './modelled-secrets';
import { TELLING_ANSWERS } from './modelled-telling';
import { FORCING, MAKING_ROOM } from './forced';
import { STARTING } from './orchestrated';
import type { Point } from './points';
import { REPORTING } from './reporting';
import {
  CLEANING,
  DELETING_SECRETS,
  FOLLOWING,
  REPLICATING,
  ENTERING,
  ISSUING,
  ISSUING_CENTRALLY,
  READING,
  REISSUING,
  RETIRING,
  SWEEPING,
  TAGGING,
  TELLING,
} from './rotator-points';

/** Where AWS answers the rotator. */
export const ROTATOR_POINTS: readonly Point[] = [
  ...ENTERING,
  ...SWEEPING,
  ...READING,
  ...ISSUING,
  ...REISSUING,
  ...RETIRING,
  ...CLEANING,
  ...TELLING,
];

/** What is asked at deployment, once. */
const DEPLOYING = ['organizations:DescribeOrganization', 'organizations:ListRoots'];

/** Every operation that is tried with every kind of answer. */
export const TRIED: ReadonlySet<string> = new Set([
  ...[
    ...ROTATOR_POINTS,
    ...ISSUING_CENTRALLY,
    ...DELETING_SECRETS,
    ...TAGGING,
    ...ASKING,
    ...FOLLOWING,
    ...REPLICATING,
    ...FORCING,
    ...MAKING_ROOM,
    ...STARTING,
    ...REPORTING,
  ].map(({ operation }) => operation),
  ...DEPLOYING,
]);

/** What only the event `check` asks, which changes nothing and tells every answer as it is (test/lambda/rotator/check-account). */
export const CHECKED: ReadonlySet<string> = new Set(['iam:GetPolicy', 'iam:GetPolicyVersion']);

/** What the key API asks: no wrong answer to any gives a key (test/lambda/key-api/every-answer). */
export const HANDING_OUT: ReadonlySet<string> = new Set([
  ...['api-gateway:GetUsagePlans', 'kms:GetPublicKey', 'secretsmanager:GetSecretValue', 'sts:GetCallerIdentity', 'sts:GetSessionToken'],
]);

/** Every operation that is tried with answers of its own. */
export const TRIED_WITH_OWN: ReadonlySet<string> = new Set(
  [...IAM_ANSWERS, ...SECRETS_ANSWERS, ...TELLING_ANSWERS, ...TIDYING].map(({ operation }) => operation),
);

/** What Lambda does in the function's name; no code of ours makes these calls. */
const PLATFORM: ReadonlySet<string> = new Set(['logs:PutLogEvents', 'sqs:SendMessage']);

/** The operations that our code was seen to call. */
export function operationsIn(calls: readonly CallRecord[]): string[] {
  const names = calls.map(({ service, operation }) => `${service}:${operation}`);
  return [...new Set(names)].filter((name) => !PLATFORM.has(name)).sort();
}

const LAMBDA = resolve(__dirname, '..', '..', '..', 'lambda');
const SIGNING_NAMES: Readonly<Record<string, string>> = { 'secrets-manager': 'secretsmanager', sesv2: 'ses', eventbridge: 'events' };
const IMPORT = /import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g;

/** The operations that the functions' sources name: commands and paginators imported from the SDK. */
export function operationsInSources(): string[] {
  const files = readdirSync(LAMBDA, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const found = files.flatMap((file) =>
    [...readFileSync(join(LAMBDA, file), 'utf8').matchAll(IMPORT)].flatMap(([, names = '', client = '']) =>
      names.split(',').flatMap((name) => {
        const operation = /^(?:(\w+)Command|paginate(\w+))$/.exec(name.trim());
        return operation ? [`${SIGNING_NAMES[client] ?? client}:${operation[1] ?? operation[2] ?? ''}`] : [];
      }),
    ),
  );
  return [...new Set(found)].sort();
}
