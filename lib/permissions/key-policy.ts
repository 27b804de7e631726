import { Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, AnyPrincipal, PolicyDocument, PolicyStatement, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Explanation } from './explanations';

/** Whose secrets a key encrypts: those of an organization's accounts, or of the accounts that are listed. */
export interface KeyReaders {
  organizationId: string | undefined;
  accounts: readonly string[];
  /** Roles that secrets do not refuse: ARNs, or names in this account. */
  breakGlass: readonly string[];
}

/**
 * What keeps a key in order, and neither encrypts, decrypts nor signs:
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const ADMINISTRATION = [
  ...['DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListAliases', 'ListGrants', 'ListKeyPolicies', 'ListKeyRotations'],
  ...['ListResourceTags', 'PutKeyPolicy', 'EnableKey', 'DisableKey', 'EnableKeyRotation', 'DisableKeyRotation', 'RevokeGrant'],
  ...['TagResource', 'UntagResource', 'UpdateKeyDescription', 'ScheduleKeyDeletion', 'CancelKeyDeletion', 'CreateAlias', 'DeleteAlias'],
].map((action) => `kms:${action}`);

const wildcard = 'The policy of a key is about that key alone.';

/** What a key of the central store is for, and each statement of its policy. */
export const KEY_EXPLANATION = {
  purpose: 'Encrypts the access keys of IAM users in the central store of the key rotation',
  statements: {
    AccountAdministers: {
      why: 'Keeps the key manageable by the administrators of its account, who can neither encrypt nor decrypt by it.',
      wildcard,
    },
    AccountReplicates: { why: 'Lets the replica keys be deployed, into the regions of `replicaRegions` and no other.', wildcard },
    UsersReadTheirSecrets: {
      why: 'Lets IAM users of these accounts, and no role, read through Secrets Manager; which secret, its own policy says and theirs.',
      wildcard,
    },
    BreakGlass: {
      why: 'Lets the roles in `breakGlassPrincipals` read through Secrets Manager, as far as their own policies allow.',
      wildcard,
    },
    KeyApiReads: {
      why: 'Lets the role of the key API read the secrets of the users that were granted, through Secrets Manager, and no other secret.',
      wildcard,
    },
    RotationWrites: { why: 'Lets the rotator store values through Secrets Manager; it may not read one (`GetSecretValue`).', wildcard },
  },
} satisfies Explanation;

/** What the key that signs evidence is for, and each statement of its policy. */
export const EVIDENCE_KEY_EXPLANATION = {
  purpose: 'Signs the evidence of the key rotation',
  statements: {
    AccountAdministers: { why: 'Keeps the key manageable by the administrators of its account, who cannot sign by it.', wildcard },
    AccountVerifies: { why: 'Lets whom the account allows it fetch the public key and verify signatures.', wildcard },
    ReporterSigns: { why: 'Lets the reporter, and nobody else, sign entries of the evidence chain.', wildcard },
  },
} satisfies Explanation;

/** What a key is for that signs the tokens of the key API, and each statement of its policy. */
export const TOKEN_KEY_EXPLANATION = {
  purpose: 'Signs the tokens of the key API',
  statements: {
    AccountAdministers: { why: 'Keeps the key manageable by the administrators of its account, who cannot sign by it.', wildcard },
    AuthorizerVerifies: { why: 'Lets the authorizer fetch the public key, by which it verifies tokens.', wildcard },
    KeyApiSigns: { why: "Lets the key API's function, and nobody else, sign tokens.", wildcard },
  },
} satisfies Explanation;

/** How evidence and tokens are signed: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-signing-algorithm */
export const AS_ES256 = { StringEquals: { 'kms:MessageType': 'RAW', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } };

type Conditions = Record<string, Record<string, unknown>>;

/** One statement of a key's policy, which the explanation knows. */
export function keyStatement(
  sid: keyof typeof KEY_EXPLANATION.statements,
  principal: IPrincipal,
  actions: readonly string[],
  conditions: Conditions = {},
): PolicyStatement {
  return new PolicyStatement({ sid, principals: [principal], actions: actions.map((name) => `kms:${name}`), resources: ['*'], conditions });
}

/**
 * Through Secrets Manager of these regions only:
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function viaSecretsManager(...regions: readonly string[]): Conditions {
  const services = regions.map((region) => `secretsmanager.${region}.amazonaws.com`);
  return { StringEquals: { 'kms:ViaService': services.length === 1 ? services[0] : services } };
}

/**
 * A key of one region that administrators manage, and that users, and roles in an emergency, read by through Secrets Manager of that
 * region.
 */
export function keyPolicy(scope: Construct, { organizationId, accounts, breakGlass }: KeyReaders): PolicyDocument {
  const { partition, account, region } = Stack.of(scope);
  const { StringEquals } = viaSecretsManager(region);
  const users = [`arn:${partition}:iam::*:user/*`];
  const roles = breakGlass.map((role) => (role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`));
  const belonging = organizationId === undefined ? { 'kms:CallerAccount': [...accounts] } : { 'aws:PrincipalOrgID': organizationId };
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'AccountAdministers',
        principals: [new AccountRootPrincipal()],
        actions: ADMINISTRATION,
        resources: ['*'],
      }),
      keyStatement('UsersReadTheirSecrets', new AnyPrincipal(), ['Decrypt'], {
        ArnLike: { 'aws:PrincipalArn': users },
        StringEquals: { ...StringEquals, ...belonging },
      }),
      ...(roles.length === 0
        ? []
        : [
            keyStatement('BreakGlass', new AccountRootPrincipal(), ['Decrypt'], {
              ArnLike: { 'aws:PrincipalArn': roles },
              StringEquals: { ...StringEquals },
            }),
          ]),
    ],
  });
}
