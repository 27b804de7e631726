import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; [attribute: string]: unknown }>;

const made: string[] = [];

/** Writes a cloud assembly with one stack `Demo`, as `cdk synth` would; `code` gives the handler of each asset `<name>.zip`. */
export function assembly(template: { Resources: Resources } & Record<string, unknown>, code: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-assembly-'));
  made.push(directory);
  const write = (file: string, content: unknown) => {
    writeFileSync(join(directory, file), JSON.stringify(content));
  };
  const files = Object.entries(code).map(([name, body]) => {
    mkdirSync(join(directory, `asset.${name}`));
    writeFileSync(join(directory, `asset.${name}`, 'index.js'), `exports.handler = async (event, context) => { ${body} };`);
    const source = { path: `asset.${name}`, packaging: 'zip' };
    return [name, { source, destinations: { current: { bucketName: 'assets', objectKey: `${name}.zip` } } }] as const;
  });
  write('manifest.json', {
    version: '55.0.0',
    artifacts: {
      'Demo.assets': { type: 'cdk:asset-manifest', properties: { file: 'Demo.assets.json' } },
      Demo: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Demo.template.json' }, dependencies: ['Demo.assets'] },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  write('Demo.assets.json', { version: '55.0.0', files: Object.fromEntries(files) });
  write('Demo.template.json', template);
  return directory;
}

/** Removes every directory that `assembly` made. */
export function removeAssemblies(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
}

const statement = (Action: string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

/** A role for functions, with the given extra statements beside those for logs. */
export const functionRole = (extra: unknown[] = []) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    },
    Policies: [
      {
        PolicyName: 'Permissions',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            statement(['logs:CreateLogGroup'], { 'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*' }),
            statement(['logs:CreateLogStream', 'logs:PutLogEvents'], {
              'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*:*',
            }),
            ...extra,
          ],
        },
      },
    ],
  },
});

/** A function on the asset `<asset>.zip` with the role `Role`. */
export const lambdaFunction = (asset: string, overrides: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: `${asset}.zip` },
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Runtime: 'nodejs24.x',
    ...overrides,
  },
});
