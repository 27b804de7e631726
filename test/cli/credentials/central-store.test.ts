import { actionsOf, TEAM, testOrganization } from '../../helpers/sandbox-organization';
import { Machine } from './machine';

const organization = testOrganization('enforcing', [TEAM], { settings: { secretStore: 'central', breakGlassPrincipals: 'Admin*' } });

it('follows a rotation into the central store of another account, by the ARN that the mail shows', async () => {
  const org = organization();
  const machine = new Machine(org.sandbox);
  try {
    org.addUser(TEAM, 'web', [{ ageDays: 95, usedDaysAgo: 1 }]);
    machine.paste('web', org.user(TEAM, 'web').keys[0]!);
    const [rotated] = actionsOf([await org.rotate(TEAM)], 'web').filter(({ action }) => action === 'rotate');
    const arn = rotated?.secretName ?? '';
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:111122223333:secret:Account_222233334444_User_web_AccessKey-\w{6}$/);
    expect(org.sandbox.mails.some(({ text }) => text?.includes(arn))).toBe(true);
    org.sandbox.clock.advance(120_000);
    expect(await machine.keys('sync', '--profile', 'web', '--secret', arn)).toMatchObject({ status: 0, error: '' });
    expect(await machine.keys('credentials', '--init', '--profile', 'web')).toMatchObject({
      status: 0,
      error: '',
      out: expect.stringContaining(arn) as string,
    });
    const { out } = await machine.keys('credentials', '--profile', 'web');
    expect(JSON.parse(out)).toMatchObject({ AccessKeyId: org.user(TEAM, 'web').keys[1]!.id });
  } finally {
    await machine.leave();
  }
});
