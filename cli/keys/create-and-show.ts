import { confirm } from '../base/ask';
import { removeAtEnd } from '../base/ending';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { print, type Answer } from '../base/output';
import { UsageError } from '../base/program';
import { here } from '../credentials/here';
import type { CreateAsked } from './create';
import { assertProfileFree, createIntoProfile, isInFile } from './operations/create-into-profile';
import { createIntoSecret, graceOf, planCreate, type CreatePlan, type SecretPlace } from './operations/create-key';
import { useInWords, type ShownKey } from './operations/list-keys';
import { openSession, type Session } from './session';

/** What is answered, whatever the place. */
interface Told {
  user: string;
  keyId?: string;
  /** The place, by what it is. */
  secret?: string;
  profile?: string;
  superseded: readonly string[];
  leftover?: string;
}

/** One place for keys: what it is called, which keys' grace begins when a new one is stored there, and how that is done. */
interface Target {
  called: string;
  superseded: readonly ShownKey[];
  /** What becomes of those. */
  grace: string;
  place: Pick<Told, 'secret' | 'profile'>;
  store: () => Promise<Told>;
  hint: string;
}

/** Finds where the secret of a user belongs; throws where no key may be stored from here, and nothing is changed. */
export type OpenPlace = (session: Session, user: string, where: Pick<CreateAsked, 'profile' | 'region' | 'stack'>) => Promise<SecretPlace>;

/** Creates a key, after a yes where another one is replaced, stores it and prints where it is. */
export async function createAndShow({ user, to, output, yes, dryRun, stack, ...access }: CreateAsked, open: OpenPlace): Promise<ExitCode> {
  const session = await openSession(access);
  const { plan, target } =
    to.kind === 'secret'
      ? await intoSecret(session, user, await open(session, user, { ...access, ...(stack !== undefined && { stack }) }))
      : await intoProfile(session, user, to.name);
  if (dryRun) {
    const superseded = target.superseded.map(({ keyId }) => keyId);
    await print(output, answer({ user: plan.user.name, ...target.place, superseded }, dryRun, wouldText(plan, target)));
    return EXIT.fine;
  }
  for (const question of questions(plan, target)) if (!(await confirm(question, { yes }))) throw new UsageError('you said no');
  const created = await finished(target.store());
  await print(output, answer(created, dryRun, createdText(created, plan, target)));
  return EXIT.fine;
}

interface Planned {
  plan: CreatePlan;
  target: Target;
}

async function intoSecret(session: Session, userName: string, place: SecretPlace): Promise<Planned> {
  const plan = await planCreate(session, userName, new Date(), { place, isHeld: (keyId) => isInFile(here(), keyId) });
  const { user, secret, superseded } = plan;
  const target = {
    called: `the secret ${secret}`,
    superseded,
    grace: graceOf(place),
    place: { secret },
    store: () => createIntoSecret(session, plan, place),
    hint: `${user.name} reads it with the key that they have: aws secretsmanager get-secret-value --secret-id '${secret}' --query SecretString --output text`,
  };
  return { plan, target };
}

async function intoProfile(session: Session, userName: string, profile: string): Promise<Planned> {
  const files = here();
  await assertProfileFree(files, profile);
  const plan = await planCreate(session, userName, new Date(), { isHeld: (keyId) => isInFile(files, keyId) });
  const target = {
    called: `the profile ${profile} of ${files.places.credentials}`,
    superseded: [],
    grace: '',
    place: { profile },
    store: async () => {
      const { user, keyId } = await createIntoProfile(session, plan, profile, files);
      return { user, keyId, profile, superseded: [] };
    },
    hint: `To use it: aws sts get-caller-identity --profile ${profile}`,
  };
  return { plan, target };
}

/** Ctrl-C waits for a key that is being stored, as long as an ending program waits for anything. */
async function finished(work: Promise<Told>): Promise<Told> {
  const forget = removeAtEnd(() => work.then(() => undefined));
  try {
    return await work;
  } finally {
    forget();
  }
}

function questions({ user, lost }: CreatePlan, { superseded, grace }: Target): string[] {
  return [
    ...(lost
      ? [`${lost.keyId} of ${user.name} was left by an interrupted command or run before it was stored; nobody has it. Delete it?`]
      : []),
    ...superseded.map((key) => `The new key replaces ${key.keyId} of ${user.name}, ${useInWords(key)}. ${grace} Go on?`),
  ];
}

/** Active keys beside which the new one is a plain second key. */
const beside = ({ superseded: active }: CreatePlan, { superseded }: Target): string[] =>
  superseded.length > 0 ? [] : active.map(({ keyId }) => `${keyId} goes on as it is: this begins no grace.`);

const wouldText = (plan: CreatePlan, target: Target): string =>
  [
    `A key of ${plan.user.name} would be created and stored in ${target.called}.`,
    ...(plan.lost ? [`Before that, ${plan.lost.keyId} would be deleted, which an interrupted command or run left, and nobody has.`] : []),
    ...target.superseded.map((key) => `It would replace ${key.keyId}, ${useInWords(key)}. ${target.grace}`),
    ...beside(plan, target),
  ].join('\n');

const createdText = ({ user, keyId, superseded, leftover }: Told, plan: CreatePlan, target: Target): string =>
  [
    `${keyId ?? 'A key'} of ${user} is stored in ${target.called}.`,
    ...superseded.map((old) => `It replaces ${old}. ${target.grace}`),
    ...beside(plan, target),
    target.hint,
    ...(leftover === undefined ? [] : [leftover]),
  ].join('\n');

function answer(told: Told, dryRun: boolean, text: string): Answer {
  const { user, keyId = null, secret = null, profile = null, superseded } = told;
  const record = { user, keyId, secret, profile, superseded: superseded.join(' ') };
  return { data: { ...told, dryRun }, columns: Object.keys(record), records: [record], text: () => text };
}
