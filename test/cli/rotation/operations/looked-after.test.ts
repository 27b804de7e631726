import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { planCreate } from '../../../../cli/keys/operations/create-key';
import type { Session } from '../../../../cli/keys/session';
import { placeOf } from '../../../../cli/rotation/open-place';
import { stepByStep } from '../../../../cli/rotation/operations/rotate-by-steps';
import { environmentWith } from '../../../../cli/rotation/settings';
import { Pace } from '../../../../lambda/shared/pace';
import { MANAGEMENT, NAMES, TEAM, testOrganization, type Account } from '../../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);
const environment = environmentWith({});

/** Somebody with all rights in one account, who finds no stack there. */
function sessionIn({ id: account }: Account): Session {
  const { credentials, region, endpoint } = organization().sandbox.client(account);
  const settings = { credentials, region, endpoint };
  return {
    iam: new IAMClient(settings),
    iamWithoutRetries: new IAMClient({ ...settings, maxAttempts: 1 }),
    secrets: new SecretsManagerClient(settings),
    pace: new Pace(1),
    whoAmI: () => Promise.resolve({ account, partition: 'aws', arn: `arn:aws:iam::${account}:user/admin` }),
  };
}

/** Both ways of working by hand that begin a grace; each says what is refused, or what would be done. */
const WAYS = {
  'rotate carol': async (account: Account): Promise<unknown> => {
    const clock = (): Date => organization().sandbox.clock.now();
    return (await stepByStep(sessionIn(account), 'carol', { environment, clock })).due.map(({ action }) => action);
  },
  'create carol --to secret': async (account: Account): Promise<unknown> => {
    const session = sessionIn(account);
    const place = await placeOf(session, 'carol', { environment, settings: 'the defaults' });
    return (await planCreate(session, 'carol', organization().sandbox.clock.now(), { place })).keys.length;
  },
} as const;
const forgetRole = ({ id }: Account): void => void organization().sandbox.kernel.account(id).roles.delete(NAMES.memberRole);

describe.each(Object.entries(WAYS))('%s by hand', (command, way) => {
  it('is refused in an account that a rotation has its role in, with the command that has that one do it', async () => {
    organization().addUser(TEAM, 'carol', [{ ageDays: 100 }]);
    await expect(way(TEAM)).rejects.toThrow(
      `carol: a rotation looks after this user, and knows dates and settings that this command does not: account ${TEAM.id} has its role ${NAMES.memberRole}, which lets in the one of account ${MANAGEMENT.id}; give it the work: iam-keys ${command} --profile PROFILE --account ${TEAM.id} --role ROLE (a profile of account ${MANAGEMENT.id}`,
    );
    organization().addUser(MANAGEMENT, 'carol', [{ ageDays: 100 }]);
    await expect(way(MANAGEMENT)).rejects.toThrow(`iam-keys ${command} --stack NAME --region REGION (its stack is in this account`);
    expect(organization().mutations()).toEqual([]);
  });

  it('is refused for a user with the tags of a rotation, whatever its role is called, until somebody takes them off', async () => {
    const org = organization();
    org.addUser(TEAM, 'carol', [{ ageDays: 100 }, { ageDays: 20, status: 'Inactive' }]);
    await org.rotate(TEAM);
    forgetRole(TEAM);
    const people = org.sandbox.people(TEAM.id);
    const tags = [...people.user('carol').tags.keys()];
    expect(tags).toHaveLength(1);
    await expect(way(TEAM)).rejects.toThrow(
      `it set the tag ${tags[0]}; give it the work: iam-keys ${command} --profile PROFILE --account ${TEAM.id} --role ROLE (a profile of the account of its stack, with --stack and --region where these differ, and a role here that trusts it); if there is no such rotation any more, remove the tag first: aws iam untag-user --user-name carol --tag-keys ${tags[0]}`,
    );
    people.user('carol').tags.clear();
    expect(String(await way(TEAM).catch(String))).not.toContain('looks after');
  });

  it('is refused where it cannot be told whether there is a rotation', async () => {
    const org = organization();
    org.addUser(TEAM, 'carol', [{ ageDays: 100 }]);
    forgetRole(TEAM);
    org.sandbox.faults.add({ match: { operation: 'GetRole' }, when: 'before', then: { kind: 'error', code: 'AccessDenied', status: 403 } });
    await expect(way(TEAM)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('goes on where none is', async () => {
    organization().addUser(TEAM, 'carol', [{ ageDays: 100 }]);
    forgetRole(TEAM);
    await expect(way(TEAM)).resolves.toBeTruthy();
  });
});
