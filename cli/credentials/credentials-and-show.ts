import { dirname, join, resolve } from 'node:path';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { UsageError } from '../base/program';
import { answerProgram } from './answer-program';
import { regionOfApi } from './api-url';
import { answerFromApi, checkApi, initializeWithApi, readApiState, type ApiProfilePlace } from './api-profile';
import { check } from './check';
import type { CredentialsAsked } from './credentials-command';
import { here, tell } from './here';
import { commandOf, initialize } from './init';
import { ProfileError } from './profile';
import { regionOf } from './regions';
import { userNameOf } from './state';

/** Answers a program, or sets a profile up, or says how it stands. */
export async function credentialsAndShow(asked: CredentialsAsked): Promise<ExitCode> {
  const { profile, init, check: isCheck, region, secret } = asked;
  const place = { ...here(profile), fetch, environment: process.env };
  if (init) {
    // npm starts us by a symbolic link of another name.
    const script = join(dirname(place.disk.realpathSync(process.argv[1] ?? '')), 'iam-keys.js');
    const command = commandOf(place.disk, process.env['PATH'], script);
    const where = regionOf(place, profile, { region: region ?? regionOfApi(asked.api), secret }, process.env);
    if (asked.api !== undefined) return initApi(place, asked, { url: asked.api, region: where, command });
    const { state, stanza } = await initialize(place, { profile, secret, region: where, command });
    process.stdout.write(
      `${stanza}\n\nThe profile ${profile} now gets its key, ${state.current.id} of ${userNameOf(state.user)} (account ${state.user.account}), through iam-keys, which follows every rotation by itself.\nThe secret that it looks into: ${state.secret.id} (${state.secret.region}).\n`,
    );
    return EXIT.fine;
  }
  const fromApi = readApiState(place, profile);
  if (isCheck) {
    const { lines, told, isGood } = await (fromApi ? checkApi(place, profile) : check(place, profile));
    process.stdout.write(`${lines.join('\n')}\n`);
    tell(told);
    return isGood ? EXIT.fine : EXIT.bad;
  }
  if (process.stdout.isTTY) {
    throw new UsageError(
      `what credentials writes is a secret, and it goes to programs only, never to a terminal: programs ask for it by credential_process in ${place.places.config} (--init sets that up); --check shows what there is, without the secret`,
    );
  }
  const { answer, told } = await (fromApi ? answerFromApi(place, fromApi) : answerProgram(place, profile));
  if (answer === undefined) throw new ProfileError(told.join('; '));
  tell(told);
  process.stdout.write(`${answer}\n`);
  return EXIT.fine;
}

/** Sets a profile up whose key comes from the key API. */
async function initApi(
  place: ApiProfilePlace,
  { profile, user = '', account, apiKeyFile }: CredentialsAsked,
  { url, region, command }: { url: string; region: string; command: string },
): Promise<ExitCode> {
  const { state, stanza } = await initializeWithApi(place, {
    profile,
    command,
    api: {
      url,
      username: user,
      region,
      ...(account !== undefined && { account }),
      // Programs start us in folders of their own.
      ...(apiKeyFile !== undefined && { keyFile: resolve(apiKeyFile) }),
    },
  });
  process.stdout.write(
    `${stanza}\n\nThe profile ${profile} now gets its key, ${state.current.id} of ${userNameOf(state.user)} (account ${state.user.account}), from ${url}, with the API key in ${state.api.keyFile ?? 'IAM_KEYS_API_KEY'}.\n`,
  );
  return EXIT.fine;
}
