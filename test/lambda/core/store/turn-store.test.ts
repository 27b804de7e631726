import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { MayReplace } from '../../../../lambda/core/store/key-store';
import { SecretStore } from '../../../../lambda/core/store/secret-store';
import { TurnStore } from '../../../../lambda/core/store/turn-store';
import { needsTwoSecrets } from '../../../../lambda/shared/in-turn';
import { putVersion, stagesOf } from '../../../../sandbox/services/secretsmanager/versions';
import type { Secret } from '../../../../sandbox/kernel/world';

const ACCOUNT = '111122223333';
const USER = { name: 'bot', arn: `arn:aws:iam::${ACCOUNT}:user/bot` };
const FIRST = `Account_${ACCOUNT}_User_bot_AccessKey`;
const SECOND = `Account_${ACCOUNT}_User_bot/second_AccessKey`;
const MINUTE = 60_000;

type Input = Record<string, unknown> & { SecretId: string; Name?: string };

/** Secrets Manager as the sandbox has it, without the wire: versions of the last day stay, and about a hundred are kept. */
class Model {
  readonly secrets = new Map<string, Secret & { policy?: string }>();
  now = new Date('2026-01-01T00:00:00Z');
  calls: string[] = [];

  readonly client = Object.assign(new SecretsManagerClient({ region: 'eu-west-1' }), {
    send: (command: { constructor: { name: string }; input: Input }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      this.calls.push(`${name} ${command.input.Name ?? command.input.SecretId}`);
      return Promise.resolve(this.answer(name, command.input));
    },
  });

  private answer(name: string, input: Input): unknown {
    if (name === 'CreateSecret') {
      const { Name = '', Tags = [] } = input as Input & { Tags?: { Key: string; Value: string }[] };
      const tags = new Map(Tags.map(({ Key, Value }) => [Key, Value]));
      const made = { name: Name, region: 'eu-west-1', arn: `arn:${Name}`, created: this.now, changed: this.now, tags, versions: new Map() };
      this.secrets.set(Name, made);
      return { ARN: made.arn };
    }
    const secret = this.secrets.get(input.SecretId);
    if (!secret) throw Object.assign(new Error('no such secret'), { name: 'ResourceNotFoundException' });
    switch (name) {
      case 'DescribeSecret':
        return {
          ARN: secret.arn,
          Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
          VersionIdsToStages: stagesOf(secret),
        };
      case 'ListSecretVersionIds':
        return { Versions: [...secret.versions.values()].map(({ id, created }) => ({ VersionId: id, CreatedDate: created })) };
      case 'GetResourcePolicy':
        return secret.policy === undefined ? {} : { ResourcePolicy: secret.policy };
      case 'PutResourcePolicy':
        secret.policy = input['ResourcePolicy'] as string;
        return {};
      case 'PutSecretValue': {
        const stages = (input['VersionStages'] as string[] | undefined) ?? ['AWSCURRENT'];
        putVersion(secret, input['ClientRequestToken'] as string, input['SecretString'] as string, stages, this.now);
        return {};
      }
      default:
        throw new Error(`the model has no ${name}`);
    }
  }

  /** The value of AWSCURRENT. */
  value(name: string): { AccessKeyId?: string; CreateDate?: string; AlsoIn?: string } {
    const current = [...(this.secrets.get(name)?.versions.values() ?? [])].find(({ stages }) => stages.has('AWSCURRENT'));
    return JSON.parse(current?.value ?? '{}') as object;
  }

  /** The key by the documented rule. */
  active(): string | undefined {
    const first = this.value(FIRST);
    const second = first.AlsoIn === undefined ? {} : this.value(first.AlsoIn);
    return (second.CreateDate ?? '') > (first.CreateDate ?? '') ? second.AccessKeyId : first.AccessKeyId;
  }

  open(inTurn: boolean): TurnStore {
    return new TurnStore(new SecretStore(this.client, ACCOUNT), new SecretStore(this.client, ACCOUNT, { second: true }), inTurn);
  }
}

const keyId = (number: number): string => `AKIA${String(number).padStart(16, '0')}`;

const own = () => Promise.resolve('own' as const);

async function store(
  model: Model,
  number: number,
  { inTurn = true, times = 1, mayReplace = own }: { inTurn?: boolean; times?: number; mayReplace?: MayReplace } = {},
): Promise<void> {
  const turns = model.open(inTurn);
  await turns.prepare(USER, mayReplace);
  const CreateDate = model.now.toISOString();
  const value = { UserName: USER.name, AccessKeyId: keyId(number), SecretAccessKey: 'x', Status: 'Active', CreateDate } as const;
  for (let time = 0; time < times; time += 1) await turns.put(value, USER.arn);
}

it('the first key goes to the secret that readers know, which then names the second; the next ones take turns', async () => {
  const model = new Model();
  const places: string[] = [];
  for (let number = 1; number <= 5; number += 1) {
    model.now = new Date(model.now.getTime() + 10 * MINUTE);
    await store(model, number);
    places.push(model.value(FIRST).AccessKeyId === keyId(number) ? 'first' : 'second');
    expect(model.active()).toBe(keyId(number));
  }
  expect(places).toEqual(['first', 'second', 'first', 'second', 'first']);
  expect(model.value(FIRST).AlsoIn).toBe(SECOND);
  expect(model.secrets.get(SECOND)?.policy).toBe(model.secrets.get(FIRST)?.policy);
});

it('knows the keys of both, and which is current', async () => {
  const model = new Model();
  for (let number = 1; number <= 3; number += 1) {
    model.now = new Date(model.now.getTime() + 10 * MINUTE);
    await store(model, number);
  }
  const stored = await model.open(true).storedKeys(USER.name, [keyId(2), keyId(3)]);
  expect(stored).toMatchObject({ current: keyId(3), namesSecond: true });
  expect([...stored.versions].toSorted()).toEqual([keyId(1), keyId(2), keyId(3)]);
  // Whoever holds the older two looks for theirs.
  expect(await model.open(true).storedKeys(USER.name, [keyId(1), keyId(2)])).toMatchObject({ current: keyId(2) });
  const dates = await model.open(true).versionsOf(USER.name, [keyId(2), keyId(3)]);
  expect([...dates.keys()].toSorted()).toEqual([keyId(2), keyId(3)]);
});

it('a user who leaves such a policy gets the next key in the one secret, which names no other', async () => {
  const model = new Model();
  for (let number = 1; number <= 2; number += 1) {
    model.now = new Date(model.now.getTime() + 10 * MINUTE);
    await store(model, number);
  }
  model.now = new Date(model.now.getTime() + 90 * 1_440 * MINUTE);
  await store(model, 3, { inTurn: false });
  expect(model.value(FIRST)).not.toHaveProperty('AlsoIn');
  expect(model.active()).toBe(keyId(3));
  expect(await model.open(false).storedKeys(USER.name, [keyId(2), keyId(3)])).toMatchObject({ current: keyId(3) });
  // And comes back: readers know of the first secret alone again.
  model.now = new Date(model.now.getTime() + 10 * MINUTE);
  await store(model, 4);
  expect(model.value(FIRST)).toMatchObject({ AccessKeyId: keyId(4), AlsoIn: SECOND });
});

describe('the key that is to be replaced', () => {
  /** Two keys in turn, the second key being the present one, and who is asked whose they are. */
  async function twoKeys(answers: Record<string, 'own' | 'of nobody' | 'somebody else’s'>) {
    const model = new Model();
    for (const number of [1, 2]) {
      model.now = new Date(model.now.getTime() + 10 * MINUTE);
      await store(model, number);
    }
    model.now = new Date(model.now.getTime() + 10 * MINUTE);
    const asked: string[] = [];
    const mayReplace: MayReplace = (id) => {
      asked.push(id);
      const answer = answers[id];
      return answer === 'own' || answer === 'of nobody' ? Promise.resolve(answer) : Promise.reject(new Error(`${id} is ${answer}`));
    };
    return { model, asked, mayReplace };
  }

  it('is not asked for, which is mostly deleted by then, once the present one is the user’s own', async () => {
    const { model, asked, mayReplace } = await twoKeys({ [keyId(2)]: 'own' });
    await store(model, 3, { mayReplace });
    expect(asked).toEqual([keyId(2)]);
    expect(model.value(FIRST).AccessKeyId).toBe(keyId(3));
  });

  it('is asked for when nobody holds the present one', async () => {
    const { model, asked, mayReplace } = await twoKeys({ [keyId(1)]: 'of nobody', [keyId(2)]: 'of nobody' });
    await store(model, 3, { mayReplace });
    expect(asked).toEqual([keyId(2), keyId(1)]);
    expect(model.active()).toBe(keyId(3));
  });

  it.each([
    ['the present one is another user’s', { [keyId(2)]: 'somebody else’s' }],
    ['the one before is another user’s, and nobody holds the present one', { [keyId(1)]: 'somebody else’s', [keyId(2)]: 'of nobody' }],
  ] as const)('stays where that user finds it, and nothing is written, when %s', async (_, answers) => {
    const { model, mayReplace } = await twoKeys(answers);
    model.calls = [];
    await expect(store(model, 3, { mayReplace })).rejects.toThrow('is somebody else’s');
    expect(model.calls.filter((call) => /^(Put|Create|Tag)/.test(call))).toEqual([]);
    expect(model.active()).toBe(keyId(2));
  });
});

it('asks nothing of a second secret where nothing names one', async () => {
  const model = new Model();
  await store(model, 1, { inTurn: false });
  model.calls = [];
  const turns = model.open(false);
  await turns.storedKeys(USER.name, [keyId(1)]);
  await turns.versionsOf(USER.name, [keyId(1)]);
  await turns.isReadable(USER.name, USER.arn);
  expect(model.calls.filter((call) => call.includes('/second'))).toEqual([]);
});

it.each([
  ['9m', true],
  ['10m', true],
  ['19m', true],
  ['20m', false],
  ['1h', false],
  ['90d', false],
  ['soon', false],
])('keys of %s need two secrets: %s', (rotate, two) => {
  expect(needsTwoSecrets(rotate)).toBe(two);
});

/** Versions are forgotten after a day, so each day is like the one before; with SAFETY=whole in the environment it is a year. */
const DAYS = process.env['SAFETY'] === 'whole' ? 365 : 14;

describe('the limit of versions', () => {
  /** Keys every so many minutes, every tenth stored twice because the answer was lost, every twentieth issued anew. */
  async function run(days: number, minutes: number, inTurn: boolean): Promise<number> {
    const model = new Model();
    let number = 0;
    for (let at = 0; at < days * 1_440; at += minutes) {
      model.now = new Date(model.now.getTime() + minutes * MINUTE);
      model.calls.length = 0;
      await store(model, (number += 1), { inTurn, times: number % 10 === 0 ? 2 : 1 });
      if (number % 20 === 0) await store(model, (number += 1), { inTurn });
      if (model.active() !== keyId(number)) throw new Error(`${keyId(number)} is not what readers find`);
    }
    return Math.max(...[...model.secrets.values()].map(({ versions }) => versions.size));
  }

  it(`is not met by keys of ten minutes in ${DAYS} days, retries included`, async () => {
    await expect(run(DAYS, 10, true)).resolves.toBeLessThanOrEqual(100);
  });

  it('is not met by keys of twenty minutes in one secret', async () => {
    await expect(run(5, 20, false)).resolves.toBeLessThanOrEqual(100);
  });

  it('is met by keys of ten minutes in one secret within a day', async () => {
    await expect(run(1, 10, false)).rejects.toThrow('at most 100 are kept');
  });
});
