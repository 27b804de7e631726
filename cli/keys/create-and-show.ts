import { confirm } from '../base/ask';
import { removeAtEnd } from '../base/ending';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { print, type Answer } from '../base/output';
import { UsageError } from '../base/program';
import type { CreateAsked } from './create';
import { createIntoSecret, planCreate, type Created, type CreatePlan } from './operations/create-key';
import { useInWords } from './operations/list-keys';
import { openSession, type Session } from './session';

/** Creates a key, after a yes where another one is replaced, stores it and prints where it is. */
export async function createAndShow({ user, output, yes, dryRun, ...access }: CreateAsked): Promise<ExitCode> {
  const session = await openSession(access);
  const plan = await planCreate(session, user, new Date());
  if (dryRun) {
    const superseded = plan.superseded.map(({ keyId }) => keyId);
    await print(output, answer({ user: plan.user.name, secret: plan.secret, superseded, dryRun }, wouldText(plan)));
    return EXIT.fine;
  }
  for (const question of questions(plan)) if (!(await confirm(question, { yes }))) throw new UsageError('you said no');
  const created = await finished(session, plan);
  await print(output, answer({ ...created, dryRun }, createdText(created)));
  return EXIT.fine;
}

/** Ctrl-C waits for a key that is being stored, as long as an ending program waits for anything. */
async function finished(session: Session, plan: CreatePlan): Promise<Created> {
  const work = createIntoSecret(session, plan);
  const forget = removeAtEnd(() => work.then(() => undefined));
  try {
    return await work;
  } finally {
    forget();
  }
}

function questions({ user, superseded, lost }: CreatePlan): string[] {
  return [
    ...(lost
      ? [`${lost.keyId} of ${user.name} was left by an interrupted command or run before it was stored; nobody has it. Delete it?`]
      : []),
    ...superseded.map((key) => `The new key replaces ${key.keyId} of ${user.name}, ${useInWords(key)}. ${GRACE} Go on?`),
  ];
}

const GRACE = 'Where the rotation is deployed, the grace of the old key begins, and it is disabled when that is over.';

const wouldText = ({ user, secret, superseded, lost }: CreatePlan): string =>
  [
    `A key of ${user.name} would be created and stored in the secret ${secret}.`,
    ...(lost ? [`Before that, ${lost.keyId} would be deleted, which an interrupted command or run left, and nobody has.`] : []),
    ...superseded.map((key) => `It would replace ${key.keyId}, ${useInWords(key)}. ${GRACE}`),
  ].join('\n');

const createdText = ({ user, keyId, secret, superseded, leftover }: Created): string =>
  [
    `${keyId} of ${user} is stored in the secret ${secret}.`,
    ...superseded.map((old) => `It replaces ${old}. ${GRACE}`),
    `${user} reads it with the key that they have: aws secretsmanager get-secret-value --secret-id '${secret}' --query SecretString --output text`,
    ...(leftover === undefined ? [] : [leftover]),
  ].join('\n');

function answer(
  data: { user: string; keyId?: string; secret: string; superseded: readonly string[]; dryRun: boolean },
  text: string,
): Answer {
  const { user, keyId = null, secret, superseded } = data;
  const record = { user, keyId, secret, superseded: superseded.join(' ') };
  return { data, columns: Object.keys(record), records: [record], text: () => text };
}
