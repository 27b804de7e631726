import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysSandbox } from '../../helpers/keys-sandbox';

const keysOf = keysSandbox();
const WITHOUT = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined };

function homeWithProfile(): string {
  const HOME = mkdtempSync(join(tmpdir(), 'home-'));
  mkdirSync(join(HOME, '.aws'));
  writeFileSync(join(HOME, '.aws', 'config'), '[profile audit]\nregion = eu-central-1\n');
  return HOME;
}

it.each([
  ['no region', [], { AWS_REGION: undefined }, '→ give a region: --region eu-west-1'],
  ['an unknown profile', ['--profile', 'audti'], WITHOUT, 'there is no profile "audti", there are the profiles audit (eu-central-1)'],
])('%s is answered with what there is', async (_, args, environment, step) => {
  const more = { HOME: homeWithProfile(), AWS_EC2_METADATA_DISABLED: 'true', ...environment };
  const { status, out, error } = await keysOf().keys(['list', ...args], { environment: more });
  expect([status, out]).toEqual([2, '']);
  expect(error).toContain(step);
});

it('names the action and the resource that a user has no right to', async () => {
  const box = keysOf();
  const [key] = box.user('ops', [{ days: 1 }]);
  const { status, error } = await box.keys(['list', 'ops'], { as: box.as(key!), environment: { AWS_SESSION_TOKEN: undefined } });
  expect(status).toBe(2);
  expect(error).toMatch(/→ arn:aws:iam::111122223333:user\/ops needs iam:ListAccessKeys on \S+/);
});
