import { readActive } from '../../../cli/credentials/second-secret';
import { awsError, REGION } from './model-aws';

const KEY = { id: 'AKIAMODEL00000000001', secret: 'model' };
const PLACE = { id: 'first', region: REGION };
const value = (id: string, minute: number, more: object = {}): string =>
  JSON.stringify({
    UserName: 'bot',
    AccessKeyId: `AKIAMODEL0000000${id}`,
    SecretAccessKey: 's',
    Status: 'Active',
    CreateDate: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
    ...more,
  });
const naming = value('0001', 10, { AlsoIn: 'second' });

const read = (secrets: Readonly<Record<string, string | Error>>) => {
  const asked: string[] = [];
  const readSecret = (_: unknown, { id }: { id: string }): Promise<string> => {
    asked.push(id);
    const found = secrets[id] ?? awsError('ResourceNotFoundException');
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  };
  return { asked, found: readActive({ readSecret }, KEY, PLACE) };
};

it.each<[string, Readonly<Record<string, string | Error>>, string]>([
  ['one secret', { first: value('0001', 10) }, value('0001', 10)],
  ['a later key in the second', { first: naming, second: value('0002', 20) }, value('0002', 20)],
  ['an earlier key in the second', { first: naming, second: value('0002', 5) }, naming],
  ['no key in the second yet', { first: naming, second: '{"Note":"write check, holds no access key"}' }, naming],
  ['a second that is not there', { first: naming }, naming],
  ['a second that may not be read', { first: naming, second: awsError('AccessDeniedException') }, naming],
  ['no key at all', { first: '{"Note":"nothing"}' }, '{"Note":"nothing"}'],
  ['what is no JSON', { first: 'nothing' }, 'nothing'],
])('finds the key with %s', async (_, secrets, expected) => {
  await expect(read(secrets).found).resolves.toBe(expected);
});

it.each(['InvalidClientTokenId', 'ThrottlingException'])('gives on %s of the second, which may hold the key', async (error) => {
  await expect(read({ first: naming, second: awsError(error) }).found).rejects.toThrow(error);
});

it('asks for one secret alone where the value names no other', async () => {
  const { asked, found } = read({ first: value('0001', 10) });
  await found;
  expect(asked).toEqual(['first']);
});
