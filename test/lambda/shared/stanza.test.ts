import { stanzaOf } from '../../../lambda/shared/stanza';

it.each([
  ['web', '[profile web]', 'iam-keys credentials --profile web'],
  ['default', '[default]', 'iam-keys credentials --profile default'],
  ['my web', '[profile my web]', 'iam-keys credentials --profile "my web"'],
])('is what the configuration holds for the profile %s', (profile, heading, process) => {
  expect(stanzaOf(profile)).toEqual({ heading, process, line: `credential_process = ${process}` });
});

it('starts programs as it is told to', () => {
  expect(stanzaOf('web', '"/opt/node" "/opt/iam-keys.js"')?.line).toBe(
    'credential_process = "/opt/node" "/opt/iam-keys.js" credentials --profile web',
  );
});

it.each(['a"b', 'a$b', 'a`b', 'a\\b', 'a%b', 'a\nb'])('there is none for a name that a shell would change: %j', (profile) => {
  expect(stanzaOf(profile)).toBeUndefined();
});
