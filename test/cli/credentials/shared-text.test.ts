import fc from 'fast-check';
import { headingsOf, readKey, readSection, withKey, withoutKey, withSettings } from '../../../cli/credentials/shared-text';

const FILE = [
  '# my keys',
  '[default]',
  'aws_access_key_id=AKIADEFAULT000000001',
  'aws_secret_access_key = old+secret/one=',
  '',
  '; the server',
  '[ web ]',
  'region = eu-west-1',
  '  # indented comment',
  'AWS_ACCESS_KEY_ID =  AKIAWEB0000000000001   # since May',
  'aws_secret_access_key=s1',
  's3 =',
  '  max_concurrent_requests = 20',
  '  aws_access_key_id = not a setting of the section',
  '',
  '[temporary]',
  'aws_access_key_id = ASIATEMPORARY0000001',
  'aws_secret_access_key = t',
  'aws_session_token = token',
  '[empty]',
  '',
].join('\n');
const NEW = { id: 'AKIANEW0000000000001', secret: 'new/secret+$&1=' };

it('reads keys as the SDKs do', () => {
  expect(headingsOf(FILE)).toEqual(['default', 'web', 'temporary', 'empty']);
  expect(readKey(FILE, 'default')).toEqual({ id: 'AKIADEFAULT000000001', secret: 'old+secret/one=' });
  expect(readKey(FILE, 'web')).toEqual({ id: 'AKIAWEB0000000000001', secret: 's1' });
  expect(readKey(FILE, 'temporary')).toMatchObject({ token: 'token' });
  expect(readKey(FILE, 'empty')).toEqual({});
  expect(readKey(FILE, 'other')).toBeUndefined();
  expect(readSection('[profile "a b"]\nregion = x\n[profile c]\n', 'profile a b')).toEqual({ region: 'x' });
});

it('changes two values and nothing else', () => {
  const expected = FILE.replace('AKIAWEB0000000000001', NEW.id).replace(
    'aws_secret_access_key=s1',
    () => `aws_secret_access_key=${NEW.secret}`,
  );
  expect(withKey(FILE, 'web', NEW)).toBe(expected);
  expect(withKey(FILE.replaceAll('\n', '\r\n'), 'web', NEW)).toBe(expected.replaceAll('\n', '\r\n'));
});

it.each([
  ['an empty file', '', `[web]\naws_access_key_id = ${NEW.id}\naws_secret_access_key = ${NEW.secret}\n`],
  ['no such section', '[a]\nx = 1', `[a]\nx = 1\n\n[web]\naws_access_key_id = ${NEW.id}\naws_secret_access_key = ${NEW.secret}\n`],
  ['CRLF', '[a]\r\n', `[a]\r\n\r\n[web]\r\naws_access_key_id = ${NEW.id}\r\naws_secret_access_key = ${NEW.secret}\r\n`],
  [
    'an id without a secret',
    '[web]\naws_access_key_id = A\nregion = x',
    `[web]\naws_access_key_id = ${NEW.id}\naws_secret_access_key = ${NEW.secret}\nregion = x`,
  ],
  ['a heading alone, without a line end', '[web]', `[web]\naws_access_key_id = ${NEW.id}\naws_secret_access_key = ${NEW.secret}\n`],
  ['a byte order mark', '\ufeff[web]\n', `\ufeff[web]\naws_access_key_id = ${NEW.id}\naws_secret_access_key = ${NEW.secret}\n`],
])('adds what is missing: %s', (_, before, after) => {
  expect(withKey(before, 'web', NEW)).toBe(after);
});

it('refuses temporary credentials, and a section that is there twice', () => {
  expect(() => withKey(FILE, 'temporary', NEW)).toThrow('[temporary] holds temporary credentials (aws_session_token)');
  expect(() => withKey('[a]\n[b]\n[a]\n', 'a', NEW)).toThrow('[a] is there 2 times, in lines 1 and 3');
});

it('takes a key out, and the section with it when nothing else is in it', () => {
  expect(withoutKey('[a]\nx = 1\n[web]\naws_access_key_id = A\naws_secret_access_key = B\n\n[c]\n', 'web')).toBe('[a]\nx = 1\n[c]\n');
  expect(withoutKey(FILE, 'web')).toBe(
    FILE.replace('AWS_ACCESS_KEY_ID =  AKIAWEB0000000000001   # since May\naws_secret_access_key=s1\n', ''),
  );
});

/** Files as people have them: sections, comments, blank and strange lines, either line end. */
const files = fc
  .record({
    lines: fc.array(
      fc.oneof(
        fc.constantFrom('', '# c', '; c', ' x = 1', 'k = v', 'K=v # c', '[b]x', 'aws_access_key_id = A', '='),
        fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\r\n[]/g, '')),
      ),
    ),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    place: fc.nat(),
    end: fc.boolean(),
  })
  .map(({ lines, lineEnd, place, end }) => {
    const at = place % (lines.length + 1);
    return (
      [...lines.slice(0, at), '[web]', ...lines.slice(at)]
        .filter((line, index, all) => line !== '[b]x' || all.indexOf(line) === index)
        .join(lineEnd) + (end ? lineEnd : '')
    );
  });

it('keeps every other line of any file, and is read back', () => {
  fc.assert(
    fc.property(files, (file) => {
      const changed = withKey(file, 'web', NEW);
      expect(readKey(changed, 'web')).toEqual(NEW);
      const others = (text: string) =>
        text.split(/\r?\n/).filter((line) => !/^\s*aws_(access_key_id|secret_access_key)\s*=/i.test(line) && line !== '');
      expect(others(changed)).toEqual(others(file));
      expect(withKey(changed, 'web', NEW)).toBe(changed);
      expect(withSettings(changed, 'web', {})).toBe(changed);
    }),
  );
});
