import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-jest';
import { Ajv } from 'ajv';
import { DETAIL_TYPES, detailTypeOf } from '../../lambda/bus/detail-types';
import { EVENT_ACTIONS, EVENT_SCHEMAS, type EventKind } from '../../lambda/bus/event-schemas';
import { kindOf } from '../helpers/bus-events';

const DOCS = join(__dirname, '..', '..', 'docs');

describe.each(['chat', 'ticket', 'siem', 'secret', 'github'])('docs/examples/events-to-%s.yaml', (name) => {
  const synthesized = (): Template => {
    const stack = new Stack(new App(), 'Example');
    new CfnInclude(stack, 'Template', { templateFile: join(DOCS, 'examples', `events-to-${name}.yaml`) });
    return Template.fromStack(stack);
  };

  it('synthesizes, and every rule takes our events by fields that their schemas have', () => {
    const rules = Object.values(synthesized().findResources('AWS::Events::Rule')) as {
      Properties: { EventPattern: Record<string, unknown> };
    }[];
    expect(rules.length).toBeGreaterThan(0);
    for (const { Properties } of rules) {
      const {
        source,
        'detail-type': types = [],
        detail = {},
      } = Properties.EventPattern as {
        source: string[];
        'detail-type'?: string[];
        detail?: object;
      };
      expect(source).toEqual(['iam-key-rotation']);
      for (const type of types) {
        const kind = kindOf(type);
        expect([type, kind]).not.toEqual([type, undefined]);
        const schema = JSON.parse(readFileSync(join(DOCS, 'events', `${kind}.schema.json`), 'utf8')) as { properties: object };
        expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(detail)));
      }
    }
  });
});

describe('the function that copies a key', () => {
  const secrets = mockClient(SecretsManagerClient);
  const handler = (): ((event: object) => Promise<void>) => {
    const yaml = readFileSync(join(DOCS, 'examples', 'events-to-secret.yaml'), 'utf8');
    const [, code = ''] = /ZipFile: \|\n([\s\S]*?)\n {2}MayInvoke/.exec(yaml) ?? [];
    const exported: { handler?: (event: object) => Promise<void> } = {};
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the template's own code
    (new Function('require', 'exports', 'process', code) as (...given: unknown[]) => void)(require, exported, { env: { COPY: 'copy' } });
    return exported.handler!;
  };
  const current = { AccessKeyId: 'AKIANEW', SecretAccessKey: 's', UserName: 'web-deploy' };
  beforeEach(() => {
    secrets.reset();
    secrets.on(GetSecretValueCommand, { SecretId: 'theirs' }).resolves({ SecretString: JSON.stringify(current) });
    secrets.on(PutSecretValueCommand).resolves({});
  });

  it('writes the key that the event names, once for each key', async () => {
    await handler()({ detail: { secretName: 'theirs', successorId: 'AKIANEW' } });
    expect(secrets).toHaveReceivedCommandWith(PutSecretValueCommand, {
      SecretId: 'copy',
      ClientRequestToken: 'iam-key-rotation-AKIANEW',
      SecretString: '{"AccessKeyId":"AKIANEW","SecretAccessKey":"s"}',
    });
  });

  it('writes nothing for an event that is older than the secret', async () => {
    await handler()({ detail: { secretName: 'theirs', successorId: 'AKIAOLD' } });
    expect(secrets).not.toHaveReceivedCommand(PutSecretValueCommand);
  });
});

describe('the workflow that copies a key to GitHub', () => {
  const workflow = readFileSync(join(DOCS, 'examples', 'github-copy-key.yml'), 'utf8');
  const template = readFileSync(join(DOCS, 'examples', 'events-to-github.yaml'), 'utf8');
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'copy-key-'));
  });
  const file = (name: string, text: string, mode?: number): string => {
    writeFileSync(join(place, name), text, { mode });
    return join(place, name);
  };

  /** Runs the workflow's own step with these programs in the place of `aws` and `gh`; gives what GitHub was told to keep. */
  function run(held: { AccessKeyId: string; SecretAccessKey: string }, key: string) {
    const [, code = ''] = /run: \|\n([\s\S]*)$/.exec(workflow) ?? [];
    const script = file('step.js', code);
    const kept = join(place, 'kept');
    const program = (name: string, body: string): void => {
      file(name, `#!/usr/bin/env node\n${body}`, 0o755);
    };
    program('aws', `if (process.argv[2] === 'secretsmanager') console.log(${JSON.stringify(JSON.stringify(held))});`);
    program(
      'gh',
      `const { appendFileSync, readFileSync } = require('node:fs'); appendFileSync(${JSON.stringify(kept)}, process.argv[4] + '=' + readFileSync(0, 'utf8') + '\\n');`,
    );
    const env = { ...process.env, PATH: `${place}:${process.env['PATH'] ?? ''}`, SECRET: 'theirs', KEY: key };
    const out = execFileSync(process.execPath, [script], { env, encoding: 'utf8' });
    return { out, kept: existsSync(kept) ? readFileSync(kept, 'utf8') : '' };
  }
  const held = { AccessKeyId: 'AKIANEW', SecretAccessKey: 'hidden' };

  it('sets both secrets, and shows the key to nobody', () => {
    const { out, kept } = run(held, 'AKIANEW');
    expect(kept).toBe('AWS_SECRET_ACCESS_KEY=hidden\nAWS_ACCESS_KEY_ID=AKIANEW\n');
    expect(out).toBe('::add-mask::hidden\nAWS_ACCESS_KEY_ID is AKIANEW now\n');
  });

  it('sets nothing for an event that is older than the secret', () => {
    expect(run(held, 'AKIAOLD')).toEqual({ out: '::add-mask::hidden\ntheirs holds AKIANEW, not AKIAOLD: nothing was set\n', kept: '' });
  });

  it('is what the template tells, as whom the template lets in', () => {
    const [, type = ''] = /"event_type": "([\w-]+)"/.exec(template) ?? [];
    expect(workflow).toContain(`types: [${type}]`);
    const [, environment = ''] = /Environment: \{ Type: String, Default: ([\w-]+)/.exec(template) ?? [];
    expect(workflow).toContain(`environment: ${environment}\n`);
    for (const name of ['secret', 'key']) {
      expect(template).toContain(`"${name}": "<${name}>"`);
      expect(workflow).toContain(`github.event.client_payload.${name} }}`);
    }
  });
});

describe('every kind of event', () => {
  type Detail = Record<string, unknown>;
  const page = readFileSync(join(DOCS, 'events.md'), 'utf8');
  const examples = [...page.matchAll(/\n### \w+\n\n```json\n([^`]*)```/g)].map(
    ([, text = '']) => JSON.parse(text) as { 'detail-type': string; detail: Detail },
  );
  const schemaOf = (kind: EventKind) =>
    JSON.parse(readFileSync(join(DOCS, 'events', `${kind}.schema.json`), 'utf8')) as { required: string[]; properties: object };
  /** By the published schema and by the one that the functions use, which must not differ. */
  const takes = (kind: EventKind, detail: Detail): boolean => {
    const published = new Ajv({ formats: { 'date-time': true } }).compile(schemaOf(kind))(detail);
    expect(EVENT_SCHEMAS[kind].safeParse(detail).success).toBe(published);
    return published;
  };
  const without = (detail: Detail, name: string): Detail => Object.fromEntries(Object.entries(detail).filter(([key]) => key !== name));

  it('has its schema and its example on the page', () => {
    const kinds = Object.keys(EVENT_SCHEMAS);
    expect(examples.map((example) => kindOf(example['detail-type']))).toEqual(kinds);
    for (const kind of kinds) expect(page).toContain(`(events/${kind}.schema.json), [example](#${kind})`);
  });

  it('is every detail-type that there is', () => {
    const types = [...Object.values(DETAIL_TYPES), ...EVENT_ACTIONS.map(detailTypeOf)];
    expect(types.filter((type) => !Object.keys(EVENT_SCHEMAS).includes(kindOf(type) ?? ''))).toEqual([]);
  });

  describe.each(Object.keys(EVENT_SCHEMAS) as EventKind[])('%s', (kind) => {
    const { detail = {} } = examples.find((example) => kindOf(example['detail-type']) === kind) ?? {};

    it('takes its example, and is held against nothing else', () => {
      expect(takes(kind, detail)).toBe(true);
      expect(Object.keys(schemaOf(kind).properties)).toEqual(expect.arrayContaining(Object.keys(detail)));
    });

    it('refuses its example without anything that has to be there', () => {
      const { required } = schemaOf(kind);
      expect(required.length).toBeGreaterThan(4);
      expect(required.filter((name) => takes(kind, without(detail, name)))).toEqual([]);
    });

    it('refuses every field of its example with a value of another type', () => {
      expect(Object.keys(detail).filter((name) => takes(kind, { ...detail, [name]: [] }))).toEqual([]);
    });

    it('refuses another version', () => {
      expect(takes(kind, { ...detail, version: 2 })).toBe(false);
    });
  });

  it('of an action takes each action that is told, and no other', () => {
    const { detail = {} } = examples[0] ?? {};
    expect(EVENT_ACTIONS.filter((action) => !takes('action', { ...detail, action }))).toEqual([]);
    expect(['wait', 'skip', 'rotated', ''].filter((action) => takes('action', { ...detail, action }))).toEqual([]);
  });

  it('of a failure may leave out what only some failures have, whoever puts it', () => {
    const { detail = {} } = examples.find((example) => kindOf(example['detail-type']) === 'failure') ?? {};
    for (const name of ['account', 'user', 'keyId', 'dryRun']) expect(takes('failure', without(detail, name))).toBe(true);
  });
});
