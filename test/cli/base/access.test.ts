import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyDocument } from '../../../sandbox/kernel/world';
import { keysSandbox } from '../../helpers/keys-sandbox';
import { MANAGEMENT, TEAM } from '../../helpers/sandbox-organization';
import { inTerminal, type Press } from '../../helpers/terminal';
import { addRole, allow, policy } from '../../sandbox/harness';

const keysOf = keysSandbox();
const CODE = '135790';
const DEVICE = `arn:aws:iam::${MANAGEMENT.id}:mfa/alice`;
const LOOK = policy(allow(['iam:ListUsers', 'iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed', 'sts:AssumeRole']));
const trusting = (account: string, condition?: object): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole', ...condition },
});

/** Alice on her own machine: her profile `ops` is a role that asks for her device. */
function alice(): { home: string; environment: Record<string, string | undefined> } {
  const box = keysOf();
  const { kernel } = box.sandbox;
  const [key] = box.user('alice', [{ days: 3 }], { ops: policy(allow(['sts:AssumeRole'])) });
  box.sandbox.people(MANAGEMENT.id).user('alice').mfaCode = CODE;
  const condition = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
  addRole(kernel, MANAGEMENT.id, 'Ops', trusting(MANAGEMENT.id, condition), LOOK);
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  mkdirSync(join(home, '.aws'));
  const { endpoint, region } = box.sandbox.client(MANAGEMENT.id);
  const role = `role_arn = arn:aws:iam::${MANAGEMENT.id}:role/Ops`;
  writeFileSync(
    join(home, '.aws', 'config'),
    `[profile ops]\n${role}\nsource_profile = alice\nmfa_serial = ${DEVICE}\nregion = ${region}\n`,
  );
  writeFileSync(join(home, '.aws', 'credentials'), `[alice]\naws_access_key_id = ${key!.id}\naws_secret_access_key = ${key!.secret}\n`);
  const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined, AWS_REGION: undefined };
  return { home, environment: { HOME: home, AWS_ENDPOINT_URL: endpoint, NO_COLOR: '1', ...none } };
}
/** Another account of the organization, with a role that lets an account in. */
function team(role: string, trusted: string): void {
  const { organization, kernel } = keysOf().sandbox;
  organization.addAccount(TEAM);
  addRole(kernel, TEAM.id, role, trusting(trusted), LOOK);
}
/** Types a code, and ends it once the terminal has shown what it shows of it. */
const typed = (code: string): Press[] => [
  { key: code, at: `Code of ${DEVICE}` },
  { key: '\r', at: new RegExp(`[^\\w\\s]{6}|${code}`) },
];
const tokens = (): unknown[] =>
  keysOf()
    .sandbox.calls.filter(({ operation }) => operation === 'AssumeRole')
    .map(({ input }) => input['TokenCode']);

describe('a profile with a multi-factor device', () => {
  it('asks for its code in the terminal, once and without showing it', async () => {
    const { home, environment } = alice();
    const entered = await inTerminal(home, ['list', 'alice', '--profile', 'ops'], typed(CODE), environment);
    expect(entered).toMatchObject({ status: 0, out: expect.stringMatching(/alice +│ AKIA/) as string });
    // Terminals are written to in pieces.
    expect(entered.out.replaceAll(DEVICE, '').split('┌──')[0]).not.toMatch(/\d/);
    expect(tokens()).toEqual([CODE]);
  });

  it('takes a role in another account with it, and still asks once', async () => {
    const { home, environment } = alice();
    team('Audit', MANAGEMENT.id);
    keysOf().sandbox.people(TEAM.id).addUser({ name: 'carol' });
    const args = ['list', '--profile', 'ops', '--account', TEAM.id, '--role', 'Audit'];
    const entered = await inTerminal(home, args, typed(CODE), environment);
    expect(entered).toMatchObject({ status: 0, out: expect.stringContaining('None of the 1 users has an access key.') as string });
    expect(tokens()).toEqual([CODE, undefined]);
  });

  it('says what AWS says of a wrong code, and does nothing', async () => {
    const { home, environment } = alice();
    const refused = await inTerminal(home, ['list', '--profile', 'ops'], typed('000000'), environment);
    expect(refused.status).toBe(2);
    expect(refused.out).toContain('MultiFactorAuthentication failed with invalid MFA one time pass code');
    expect(refused.out).not.toContain('000000');
  });

  it('is an error that names the device where there is no terminal', async () => {
    const { environment } = alice();
    expect(await keysOf().keys(['list', '--profile', 'ops'], { environment })).toEqual({
      status: 2,
      out: '',
      error: `could not list: the profile needs a code of the multi-factor device ${DEVICE}, and there is no terminal to ask on: run this in one, or take temporary credentials (aws sts assume-role with --serial-number and --token-code)\n`,
    });
    expect(keysOf().sandbox.calls).toEqual([]);
  });
});

describe('--account with --role', () => {
  it('works there and nowhere else', async () => {
    const box = keysOf();
    team('Audit', MANAGEMENT.id);
    box.user('alice', [{ days: 3 }]);
    box.sandbox.people(TEAM.id).addUser({ name: 'carol' });
    const { id } = box.sandbox.people(TEAM.id).createKey('carol');
    const { status, out, error } = await box.keys(['list', '--account', TEAM.id, '--role', 'Audit', '--output', 'csv']);
    expect([status, error]).toEqual([0, '']);
    expect(out.trim().split('\n').slice(1)).toEqual([expect.stringMatching(new RegExp(`^carol,${id},Active,`)) as string]);
  });

  it('says which role does not let the caller in', async () => {
    const box = keysOf();
    team('Audit', '333344445555');
    for (const role of ['Audit', 'None']) {
      const { status, error } = await box.keys(['list', '--account', TEAM.id, '--role', role]);
      expect([status, error]).toEqual([
        2,
        expect.stringContaining(`cannot assume arn:aws:iam::${TEAM.id}:role/${role}: AccessDenied`) as string,
      ]);
    }
  });
});
