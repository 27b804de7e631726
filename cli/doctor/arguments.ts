import { parseArgs } from 'node:util';
import { STACK } from './deployment';

/** What the command line asks for. */
export interface DoctorArguments {
  /** Only these accounts; all when empty. */
  accounts: string[];
  /** Settings laid over those of cdk.json, as for `cdk deploy`. */
  context: Record<string, string>;
  stack: string;
  beforeDeploy: boolean;
  json: boolean;
  help: boolean;
}

/** What `--help` prints. */
export const HELP = `Tells what is wrong with the key rotation, deployed or about to be, and what to do about it. It changes nothing.

  npm run doctor -- [--accounts <ids>] [--stack <name>] [--json]
  npm run doctor -- --before-deploy [-c <setting>=<value>]... [--json]

  --accounts <ids>      look into these accounts only, comma-separated (default: all)
  --before-deploy       look at what a first deployment needs; so it is, too, when the stack does not exist
  -c, --context <s>=<v> a setting, as you would give it to cdk deploy; may be repeated (default: those of cdk.json)
  --stack <name>        name of the deployed stack (default: IamKeyRotation)
  --json                everything that was found, for programs
  -h, --help            this text

It uses your credentials and region (AWS_PROFILE, AWS_REGION, ...), in the account that the rotation is deployed in. Accounts are looked
into by the deployed functions, because only their role may enter: the orchestrator is invoked with {"check": true}, the rotator takes the
member role in each account and tries every read of a rotation. The answers are in the results bucket below checks/.

Exit code: 0 all is fine, 1 there are problems, 2 something could not be checked.

  npm run doctor                                             after each deployment, and whenever a mail is missing
  npm run doctor -- --accounts 222233334444                  after an account was repaired
  npm run doctor -- --before-deploy -c sender=keys@acme.test before the first deployment
  npm run -s doctor -- --json | jq '.accounts[] | select(.status == "problem")'
`;

const OPTIONS = {
  accounts: { type: 'string' },
  context: { type: 'string', short: 'c', multiple: true, default: [] as string[] },
  stack: { type: 'string', default: STACK },
  'before-deploy': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the arguments; throws one Error that names what is wrong. */
export function readArguments(args: readonly string[]): DoctorArguments {
  const { values } = parsed(args);
  const beforeDeploy = values['before-deploy'];
  const accounts = values.accounts === undefined ? [] : values.accounts.split(',').map((id) => id.trim());
  const wrong = accounts.find((id) => !/^\d{12}$/.test(id));
  if (wrong !== undefined) throw new Error(`--accounts: "${wrong}" must be an account id of 12 digits`);
  if (beforeDeploy && accounts.length > 0)
    throw new Error('--accounts and --before-deploy exclude each other: no account can be entered yet');
  return { accounts, context: contextOf(values.context), stack: values.stack, beforeDeploy, json: values.json, help: values.help };
}

function contextOf(flags: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    flags.map((flag) => {
      const at = flag.indexOf('=');
      if (at < 1) throw new Error(`-c: "${flag}" must be <setting>=<value>`);
      return [flag.slice(0, at), flag.slice(at + 1)];
    }),
  );
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; --help shows what there is`, { cause });
  }
}
