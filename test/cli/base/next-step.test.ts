import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextStep } from '../../../cli/base/next-step';

const error = (name: string, message: string, more: object = {}): Error => Object.assign(new Error(message), { name }, more);
const directory = mkdtempSync(join(tmpdir(), 'profiles-'));
const before = { ...process.env };

beforeAll(() => {
  writeFileSync(join(directory, 'config'), '[profile audit]\nregion = eu-central-1\n[sso-session acme]\nsso_region = eu-west-1\n');
  writeFileSync(join(directory, 'credentials'), '[old]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = very-secret\n');
});
beforeEach(() => {
  process.env['AWS_CONFIG_FILE'] = join(directory, 'config');
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(directory, 'credentials');
});
afterEach(() => {
  process.env = { ...before };
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const PROFILES = 'there are the profiles old, audit (eu-central-1)';
const NO_CREDENTIALS = error('CredentialsProviderError', 'Could not load credentials from any providers');

it.each<[string, Error, Record<string, string>, string]>([
  [
    'no region',
    error('Error', 'Region is missing'),
    {},
    `give a region: --region eu-west-1, AWS_REGION=eu-west-1, or a profile that has one (--profile, AWS_PROFILE); ${PROFILES}`,
  ],
  [
    'no credentials',
    NO_CREDENTIALS,
    {},
    `give credentials: --profile or AWS_PROFILE=<a profile>, or sign in with aws sso login or aws login; ${PROFILES}`,
  ],
  [
    'a profile that is not there',
    NO_CREDENTIALS,
    { AWS_PROFILE: 'audti' },
    'there is no profile "audti", there are the profiles old, audit',
  ],
  [
    'an SSO session that is over',
    error('CredentialsProviderError', 'The SSO session associated with this profile has expired. To refresh it run aws sso login'),
    { AWS_PROFILE: 'audit' },
    'sign in again: aws sso login --profile audit',
  ],
  [
    'credentials that have expired',
    error('ExpiredToken', 'The security token included in the request is expired'),
    {},
    'sign in again: aws sso login',
  ],
  [
    'credentials that AWS does not know',
    error('InvalidClientTokenId', 'The security token is invalid'),
    {},
    'AWS does not know these credentials: ',
  ],
  [
    'a region that is none',
    error('Error', 'getaddrinfo ENOTFOUND sts.eu-wst-1.amazonaws.com', { code: 'ENOTFOUND' }),
    {},
    'there is no host sts.eu-wst-1.amazonaws.com: is the region right',
  ],
  [
    'an endpoint that does not answer',
    error('Error', 'connect ECONNREFUSED 127.0.0.1:4566', { code: 'ECONNREFUSED' }),
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
    'nothing answers at AWS_ENDPOINT_URL=http://127.0.0.1:4566: ',
  ],
  [
    'an endpoint with addresses of two kinds',
    error('AggregateError', '', { code: 'ECONNREFUSED' }),
    { AWS_ENDPOINT_URL: 'http://localhost:1' },
    'nothing answers at',
  ],
])('names the next step for %s', async (_, thrown, environment, step) => {
  const next = await nextStep(thrown, environment);
  expect(next).toContain(step);
  expect(next).not.toContain('very-secret');
});

it('says when there are no profiles', async () => {
  process.env['AWS_CONFIG_FILE'] = process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(directory, 'none');
  expect(await nextStep(NO_CREDENTIALS, {})).toContain('there are no profiles (aws configure makes one)');
});

it.each([error('AccessDenied', 'not allowed to do sts:AssumeRole'), error('RotationError', 'there is no stack'), 'text'])(
  'says nothing about %s',
  async (thrown) => {
    expect(await nextStep(thrown, {})).toBeUndefined();
  },
);
