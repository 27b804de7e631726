import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-jest';
import { kindOf } from '../helpers/bus-events';

const DOCS = join(__dirname, '..', '..', 'docs');

describe.each(['chat', 'ticket', 'siem', 'secret'])('docs/examples/events-to-%s.yaml', (name) => {
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
