import { errorFacts } from '../../lambda/shared/errors';
import { nextStepOfService } from './next-step-of-service';

/** A profile of ~/.aws/config or ~/.aws/credentials. */
interface Profile {
  name: string;
  region?: string;
}

/** What a command was started with. */
type Environment = Readonly<Record<string, string | undefined>>;

const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
const UNKNOWN =
  /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException)$/;

/**
 * What to do about an error, or about the one that caused it, that has to do with region, credentials, endpoint or rights; undefined for
 * all others.
 */
export async function nextStep(thrown: unknown, environment: Environment = process.env): Promise<string | undefined> {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return (await ofError(thrown, environment)) ?? (cause === undefined ? undefined : nextStep(cause, environment));
}

async function ofError(thrown: unknown, environment: Environment): Promise<string | undefined> {
  const { error, message } = errorFacts(thrown);
  if (message === 'Region is missing') {
    return `give a region: --region eu-west-1, AWS_REGION=eu-west-1, or a profile that has one (--profile, AWS_PROFILE); ${await profilesThereAre(environment)}`;
  }
  if (EXPIRED.test(error)) return `sign in again: ${signIn(environment)}`;
  if (UNKNOWN.test(error)) {
    return `AWS does not know these credentials: look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or unset them and give AWS_PROFILE; ${await profilesThereAre(environment)}`;
  }
  if (error === 'CredentialsProviderError' || error === 'TokenProviderError') {
    if (/expired|sso login|SSO session|SSO Token/i.test(message)) return `sign in again: ${signIn(environment)}`;
    return `give credentials: --profile or AWS_PROFILE=<a profile>, or sign in with aws sso login or aws login; ${await profilesThereAre(environment)}`;
  }
  const ofService = nextStepOfService({ error, message });
  if (ofService !== undefined) return ofService;
  return ofTheNetwork(`${thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''} ${message}`, environment);
}

function ofTheNetwork(message: string, { AWS_ENDPOINT_URL: endpoint }: Environment): string | undefined {
  if (endpoint !== undefined && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(message)) {
    return `nothing answers at AWS_ENDPOINT_URL=${endpoint}: unset it for AWS itself, or start what should be there (the local organization: npm run sandbox)`;
  }
  const [, host] = /(?:ENOTFOUND|EAI_AGAIN) (\S+\.\S+)/.exec(message) ?? [];
  return host === undefined
    ? undefined
    : `there is no host ${host}: is the region right (AWS_REGION, or that of AWS_PROFILE), and is there a network?`;
}

const signIn = ({ AWS_PROFILE: profile }: Environment): string => `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;

async function profilesThereAre({ AWS_PROFILE: asked }: Environment): Promise<string> {
  const profiles = await profilesOf();
  const listed = profiles.map(({ name, region }) => (region === undefined ? name : `${name} (${region})`)).join(', ');
  const missing = asked !== undefined && profiles.every(({ name }) => name !== asked) ? `there is no profile "${asked}", ` : '';
  return profiles.length === 0 ? `${missing}there are no profiles (aws configure makes one)` : `${missing}there are the profiles ${listed}`;
}

/** Where the SDK looks for them, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE included; none when the files cannot be read. */
async function profilesOf(): Promise<Profile[]> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const files = await loadSharedConfigFiles({ ignoreCache: true }).catch(() => ({ configFile: {}, credentialsFile: {} }));
  const sections = { ...files.credentialsFile, ...files.configFile } as Readonly<
    Record<string, Readonly<Record<string, string>> | undefined>
  >;
  return Object.entries(sections)
    .filter(([name]) => !/^(sso-session|services)\./.test(name))
    .map(([name, section]) => ({ name, ...(section?.['region'] !== undefined && { region: section['region'] }) }));
}
