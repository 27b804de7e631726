import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as ses from '@aws-sdk/client-sesv2';
import * as sns from '@aws-sdk/client-sns';
import * as sts from '@aws-sdk/client-sts';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ClientConfiguration } from '../../sandbox/sandbox';
import { services } from '../../sandbox/services/registry';

interface Client {
  send(command: object): Promise<object>;
}

/** The command line's services: signing name, SDK and client. */
const SERVICES: Readonly<Record<string, [signing: string, sdk: unknown, client: string]>> = {
  cloudformation: ['cloudformation', cloudformation, 'CloudFormationClient'],
  cloudwatch: ['monitoring', cloudwatch, 'CloudWatchClient'],
  iam: ['iam', iam, 'IAMClient'],
  kms: ['kms', kms, 'KMSClient'],
  organizations: ['organizations', organizations, 'OrganizationsClient'],
  sesv2: ['ses', ses, 'SESv2Client'],
  sns: ['sns', sns, 'SNSClient'],
  sts: ['sts', sts, 'STSClient'],
};

/** Options that the command line calls otherwise than the API does. */
const RENAMED: Readonly<Record<string, string>> = { 'sns subscribe notification-endpoint': 'endpoint' };

/** Words as a shell splits them. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));

/** Option → its words, which end where the next option begins. */
function optionsOf(words: readonly string[]): Map<string, string[]> {
  const options = new Map<string, string[]>();
  let last: string[] = [];
  for (const word of words) {
    if (word.startsWith('--')) options.set(word.slice(2), (last = []));
    else last.push(word);
  }
  return options;
}

/** `A=b,C=d`, as the command line takes structures. */
function shorthand(schema: NormalizedSchema, text: string): unknown {
  const members = new Map([...schema.structIterator()]);
  const pairs = text.split(',').map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return Object.fromEntries(pairs.map(([name, value]) => [name, members.get(name)?.isListSchema() === true ? [value] : value]));
}

function valueOf(schema: NormalizedSchema, words: readonly string[]): unknown {
  const [word = ''] = words;
  if (schema.isBooleanSchema()) return words.length === 0 || word === 'true';
  if (schema.isNumericSchema()) return Number(word);
  if (schema.isStructSchema()) return shorthand(schema, word);
  if (!schema.isListSchema()) return word;
  const member = schema.getValueSchema();
  return member.isStructSchema() ? words.map((one) => shorthand(member, one)) : words;
}

/** Runs what `aws` would run for an operation; an option that the operation does not have is an error. */
async function call(service: string, operation: string, options: ReadonlyMap<string, string[]>, as: ClientConfiguration): Promise<object> {
  const name = operation.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  const [signing = service.replace('-', ''), sdk, client] = SERVICES[service] ?? [];
  const model = services.get(signing)?.model.operations.get(name);
  if (!model) throw new Error(`aws ${service} has no ${operation}`);
  const input: Record<string, unknown> = {};
  for (const [option, words] of options) {
    const known = RENAMED[`${service} ${operation} ${option}`] ?? option.replaceAll('-', '');
    const member = model.input.find((one) => one.name.toLowerCase() === known);
    if (!member) throw new Error(`aws ${service} ${operation} has no --${option}`);
    input[member.name] = valueOf(member.schema, words);
  }
  if (client === undefined) return json(signing, name, input, as);
  const Command = (sdk as Record<string, new (input: object) => object>)[`${name}Command`];
  const Client = (sdk as Record<string, new (configuration: object) => Client>)[client];
  if (!Command || !Client) throw new Error(`the SDK has no ${name} of ${service}`);
  return new Client(as).send(new Command(input));
}

/** A signed request of the JSON protocol, for a service whose client is not among the project's packages. */
async function json(service: string, operation: string, input: object, { endpoint, ...as }: ClientConfiguration): Promise<object> {
  const { hostname, port, host } = new URL(endpoint);
  const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Service.${operation}` };
  const body = JSON.stringify(input);
  const request = new HttpRequest({ method: 'POST', hostname, port: Number(port), path: '/', headers, body });
  const signer = new SignatureV4({ ...as, service, sha256: Sha256 });
  const { headers: signed } = await signer.sign(request, { signingDate: new Date(Date.now() + as.systemClockOffset) });
  const response = await fetch(endpoint, { method: 'POST', headers: signed, body });
  const answer = (await response.json()) as { __type?: string; message?: string };
  if (!response.ok) throw Object.assign(new Error(answer.message), { name: answer.__type });
  return answer;
}

/** As `aws cloudformation deploy` does it: a change set, of the kind that fits, executed. */
async function deploy(options: ReadonlyMap<string, string[]>, as: ClientConfiguration, directory: string): Promise<void> {
  const client = new cloudformation.CloudFormationClient(as);
  const StackName = options.get('stack-name')?.[0];
  const isThere = await client.send(new cloudformation.DescribeStacksCommand({ StackName })).then(
    () => true,
    () => false,
  );
  const file = options.get('template-file')?.[0] ?? '';
  const change = { StackName, ChangeSetName: 'awscli-cloudformation-package-deploy' };
  await client.send(
    new cloudformation.CreateChangeSetCommand({
      ...change,
      ChangeSetType: isThere ? 'UPDATE' : 'CREATE',
      TemplateBody: readFileSync(join(directory, file.replace(/^cdk\.out\//, '')), 'utf8'),
      Parameters: options.get('parameter-overrides')?.map((pair) => {
        const [ParameterKey, ParameterValue] = pair.split(/=(.*)/s);
        return { ParameterKey, ParameterValue };
      }),
    }),
  );
  await client.send(new cloudformation.ExecuteChangeSetCommand(change));
}

async function rootId(as: ClientConfiguration): Promise<string> {
  try {
    const { Roots } = await new organizations.OrganizationsClient(as).send(new organizations.ListRootsCommand({}));
    return Roots?.[0]?.Id ?? '';
  } catch {
    return '';
  }
}

/** What a word stands for that names a file of `cdk.out`. */
const contentOf = (word: string, directory: string): string =>
  word.startsWith('file://cdk.out/') ? readFileSync(join(directory, word.slice('file://cdk.out/'.length)), 'utf8') : word;

/**
 * Does what a shell does with a line of `aws` commands that the project prints, as this operator; `cdk.out` is the directory. Operations,
 * options and their types are those of the SDK's own models, so that a command which `aws` would refuse is refused.
 */
export async function awsCommand(line: string, as: ClientConfiguration, directory = 'cdk.out'): Promise<object[]> {
  const told = line.replace(/\$\(aws organizations list-roots [^)]*\)/, await rootId(as));
  const answers: object[] = [];
  for (const command of told.split('&&')) {
    const [program, service = '', operation = '', ...words] = wordsOf(command).map((word) => contentOf(word, directory));
    if (program !== 'aws') throw new Error(`this is no aws command: ${command}`);
    const options = optionsOf(words);
    const region = options.get('region')?.[0] ?? as.region;
    options.delete('region');
    options.delete('query');
    options.delete('output');
    const there = { ...as, region };
    if (service === 'cloudformation' && operation === 'deploy') await deploy(options, there, directory);
    else if (operation !== 'wait') answers.push(await call(service, operation, options, there));
  }
  return answers;
}
