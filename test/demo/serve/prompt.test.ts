import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { commandNames, execute } from '../../../demo/serve/commands';
import { prompt } from '../../../demo/serve/prompt';
import { evaluated, SANDBOXES, served } from './served';

const controls = served('enforcing');

describe('typed commands', () => {
  it('are run one after the other until quit', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const shown = text(output);
    input.end('advance 1h\nkeys alice\n\nquit\nadvance 300d\n');
    const before = controls().sandbox.clock.now().getTime();
    await prompt(controls(), input, output);
    output.end();
    expect(await shown).toMatch(/Now 2026-01-05 07:\d\d UTC: 0 schedules fired.*alice in 666677778888 \(Sandboxes\), no secret yet/s);
    expect(controls().sandbox.clock.now().getTime() - before).toBeLessThan(86_400_000);
  });

  it('end with the input', async () => {
    const input = new PassThrough();
    input.end();
    await expect(prompt(controls(), input, new PassThrough())).resolves.toBe('quit');
  });

  it.each([
    ['', ''],
    ['   ', ''],
    ['frobnicate', 'There is no command frobnicate; type help.'],
    ['toString', 'There is no command toString; type help.'],
    ['advance', 'Type it like this: advance 10d'],
    ['run now', 'Type it like this: run'],
    ['advance soon', 'advance: "soon" must be a number with d, h or m, such as 10d'],
    ['to 2020-01-01', 'to: 2020-01-01T00:00:00.000Z is past'],
    ['keys alise', 'no user alise; there are: billing-export'],
    ['credentials 777788889999', 'account 777788889999 (Closed Shop) is SUSPENDED'],
    ['agree 999999999999', 'there is no account 999999999999'],
    ['agree 111122223333', 'Nothing waits for an answer.'],
    ['mails', '0 mails, to read at http://127.0.0.1:'],
    ['accounts', 'Closed Shop'],
  ])('"%s" shows "%s"', async (line, shown) => {
    const got = await execute(controls(), line);
    if (shown === '') expect(got).toBe('');
    else expect(got).toContain(shown);
  });

  it('give credentials to paste elsewhere', async () => {
    const variables = evaluated(await execute(controls(), `credentials ${SANDBOXES} alice`));
    expect(variables).toMatchObject({ AWS_ENDPOINT_URL: controls().sandbox.url, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
    expect(variables['AWS_ACCESS_KEY_ID']).toBe(controls().sandbox.people(SANDBOXES).user('alice').keys[0]!.id);
    expect(variables).not.toHaveProperty('AWS_SESSION_TOKEN');
  });

  it('let people say yes to what an operator waits for', async () => {
    const { sandbox } = controls();
    const [topic] = [...sandbox.kernel.account(sandbox.world.managementAccount).topics.values()];
    const waiting = { arn: `${topic!.arn}:1`, protocol: 'email', endpoint: 'security@acme.example', confirmed: false };
    topic!.subscriptions = [waiting];
    expect(await execute(controls(), 'agree 111122223333')).toBe('security@acme.example has confirmed the subscription');
    expect(topic!.subscriptions).toEqual([{ ...waiting, confirmed: true }]);
    delete topic!.subscriptions;
  });

  it('are all in the help', async () => {
    const help = await execute(controls(), 'help');
    for (const name of commandNames) expect(help).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it('run the schedules and tell what changed', async () => {
    const shown = await execute(controls(), 'run');
    expect(shown).toMatch(/2 schedules fired, 12 rotated, 2 noticed/);
    expect(shown).toMatch(/bob .*AKIA\w{16} .*rotated .*AKIA\w{16}/);
    expect(shown).toContain('Failed in Legacy: ');
    expect(shown).not.toMatch(/secret-in-the-way .*rotated/);
  });
});
