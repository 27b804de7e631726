import { entryLine, parseEntry, signedText, storedForm, type Signature } from '../../../lambda/chain/entry';
import { sha256 } from '../../../lambda/chain/hash';
import { entry } from './factories';

const signature: Signature = { algorithm: 'ECDSA_SHA_256', key: 'arn:aws:kms:eu-west-1:111122223333:key/1', signature: 'AAAA' };
const line = entryLine(entry());

it.each([
  ['unsigned', undefined],
  ['signed', signature],
])('an entry that is %s is read as it was written, with the hash of all that is stored', (_, signed) => {
  const stored = storedForm(line, signed);
  expect(parseEntry(stored)).toEqual({ entry: entry(), line, sha256: sha256(stored), ...(signed && { signature: signed }) });
});

it('what is signed is the hash of the first line alone', () => {
  expect(signedText(line)).toBe(sha256(storedForm(line, signature).toString().split('\n')[0]!));
});

it.each([
  ['without its line end', Buffer.from(line)],
  ['with a space more', Buffer.from(`${line.replace('{', '{ ')}\n`)],
  ['with a line more', Buffer.from(`${line}\n\n`)],
  ['with a member that entries do not have', Buffer.from(`${line.replace('{', '{"more":1,')}\n`)],
  ['of a version that is not known', Buffer.from(`${line.replace('"version":1', '"version":2')}\n`)],
  ['cut off', Buffer.from(line.slice(0, 50))],
  ['of nothing', Buffer.from('')],
])('refuses an entry %s', (_, bytes) => {
  expect(() => parseEntry(bytes)).toThrow();
});
