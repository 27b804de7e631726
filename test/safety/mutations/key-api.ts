import { RULES, type Mutation } from './mutation';

const AUTHORIZER = ['test/lambda/key-api/authorizer/authorize'];
const FUNCTION = ['test/lambda/key-api/answer'];
const TEMPLATE = ['test/lib/constructs/key-api/key-api'];
const TOKEN = 'lambda/key-api/token.ts';
const AUTHORIZE = 'lambda/key-api/authorizer/authorize.ts';
const ROUTES = 'lambda/key-api/routes.ts';
const REQUEST = 'lambda/key-api/request.ts';
const bug = (what: string, file: string, find: string, replace: string, tests: readonly string[]): Mutation => ({
  bug: `key API: ${what}`,
  rule: RULES.handout,
  file,
  find,
  replace,
  tests,
});

/** Bugs in who is handed which key. */
export const HANDING_OUT: readonly Mutation[] = [
  bug('any algorithm verifies a token', TOKEN, 'algorithms: [ALGORITHM], ', '', AUTHORIZER),
  bug('a token of any type is an access token', TOKEN, 'typ: TYPE, issuer, audience', 'issuer, audience', AUTHORIZER),
  bug('a token for anybody is one for the API', TOKEN, 'audience: issuer, ', '', AUTHORIZER),
  bug('a token of any issuer counts', TOKEN, 'typ: TYPE, issuer, ', 'typ: TYPE, ', AUTHORIZER),
  bug('a token never expires', TOKEN, 'currentDate: now }', 'currentDate: new Date(0) }', AUTHORIZER),
  bug('a token is good for as long as it says', TOKEN, 'if (exp - iat > TOKEN_SECONDS)', 'if (exp - iat > TOKEN_SECONDS * 9)', AUTHORIZER),
  bug('a token of two clients is one of the first', TOKEN, 'if (sub !== clientId)', 'if (sub === clientId + "x")', AUTHORIZER),
  bug('a token brings its own key along', TOKEN, '[crit, jku, jwk, x5u, x5c]', '[crit]', AUTHORIZER),
  bug('new tokens live for an hour', TOKEN, 'const TOKEN_SECONDS = 300;', 'const TOKEN_SECONDS = 3_600;', [...FUNCTION, ...AUTHORIZER]),
  bug('a token of a former client counts', AUTHORIZE, 'if (!clients.includes(verified.client))', 'if (clients.length < 0)', AUTHORIZER),
  bug('a token goes with any API key', AUTHORIZE, '!== verified.client)', '=== "")', AUTHORIZER),
  bug('every route takes a token alone', AUTHORIZE, 'if (event.resource === SESSION) return verified;', 'return verified;', AUTHORIZER),
  bug('of two tokens the first counts', AUTHORIZE, 'value === undefined || others.length > 0', 'value === undefined', AUTHORIZER),
  bug('the function does not compare API key and token', ROUTES, '!== asking.client)', '=== "")', FUNCTION),
  bug(
    'a key is handed out that nobody was told of',
    ROUTES,
    "throw new RefusedError('not-available', `nothing was handed out",
    "new RefusedError('not-available', `nothing was handed out",
    FUNCTION,
  ),
  bug(
    'every client reads what any was granted',
    'lambda/key-api/grants.ts',
    'Object.hasOwn(grants, client) ? (grants[client] ?? {}) : {}',
    'Object.assign({}, ...Object.values(grants))',
    FUNCTION,
  ),
  bug(
    'a grant of a name is one in every account',
    'lambda/key-api/grants.ts',
    '(account === undefined || account === id) && ',
    '',
    FUNCTION,
  ),
  bug(
    'a name that was granted twice is the first one',
    'lambda/key-api/grants.ts',
    'if (others.length > 0)',
    'if (others.length > 9)',
    FUNCTION,
  ),
  bug('of two user names the first counts', REQUEST, 'query[name]?.length !== 1', '!query[name]?.length', FUNCTION),
  bug('of two API keys one counts', REQUEST, "'x-api-key', ", '', FUNCTION),
  bug(
    'headers are found in one spelling alone',
    REQUEST,
    '(key.toLowerCase() === name ? (values ?? []) : [])',
    '(key === name ? (values ?? []) : [])',
    [...FUNCTION, ...AUTHORIZER],
  ),
  bug(
    'a key is handed out that AWS does not accept',
    'lambda/key-api/working-key.ts',
    'const made = await use(current);',
    'const made = (await use(current)) ?? ({} as Made);',
    FUNCTION,
  ),
  bug('the key before is handed out after its grace', 'lambda/key-api/working-key.ts', 'previous && until > clock()', 'previous', FUNCTION),
  bug(
    'the key of whoever is in the secret is handed out',
    'lambda/key-api/use-key.ts',
    'if (whose.Account === account &&',
    'if (whose.Account !== "" ||',
    FUNCTION,
  ),
  bug(
    "a secret's value is not compared with its name",
    'lambda/key-api/stored-keys.ts',
    'if (UserName !== user)',
    'if (UserName === "")',
    FUNCTION,
  ),
  bug('a usage plan of another API makes a client', 'lambda/key-api/client-of-key.ts', 'one.apiId === apiId && ', '', FUNCTION),
  bug(
    'a key of two plans is the client of one',
    'lambda/key-api/client-of-key.ts',
    'return others.length > 0 ? undefined : client;',
    'return client;',
    FUNCTION,
  ),
  bug(
    'a key is promised beyond its grace',
    'lambda/key-api/works-until.ts',
    'Math.min(...ends)',
    'Math.max(...ends) + 86_400_000',
    FUNCTION,
  ),
  bug(
    "the authorizer's answer is kept for five minutes",
    'lib/constructs/key-api/rest-api.ts',
    'resultsCacheTtl: Duration.seconds(0)',
    'resultsCacheTtl: Duration.seconds(300)',
    TEMPLATE,
  ),
  bug(
    'a key needs no API key',
    'lib/constructs/key-api/rest-api.ts',
    "key.addMethod('GET', integration, { apiKeyRequired: true,",
    "key.addMethod('GET', integration, { apiKeyRequired: false,",
    TEMPLATE,
  ),
  bug('sessions are there unasked', 'lib/constructs/key-api/rest-api.ts', '    if (session) root', '    root', TEMPLATE),
  bug(
    'the role reads every secret of the rotation',
    'lib/constructs/key-api/functions.ts',
    'resourceName: `${name}${ARN_SUFFIX}`',
    'resourceName: `Account_*${ARN_SUFFIX}`',
    TEMPLATE,
  ),
  bug(
    'the key decrypts every secret for the role',
    'lib/constructs/secrets-key.ts',
    ", StringLike: { 'kms:EncryptionContext:SecretARN': secrets }",
    '',
    TEMPLATE,
  ),
  bug(
    'whoever knows a private API reaches it',
    'lib/constructs/key-api/rest-api.ts',
    'effect: Effect.DENY',
    'effect: Effect.ALLOW',
    TEMPLATE,
  ),
  bug(
    'every secret spares the reader',
    'lambda/core/store/secret-store.ts',
    'reader?.users.some((user) => this.fixedName(user) === name)',
    'reader',
    ['test/lambda/core/store/reader'],
  ),
  bug('the next run undoes a grant', 'lambda/core/store/secret-store.ts', '[...breakGlass, reader.arn]', 'breakGlass', [
    'test/lambda/core/store/reader',
  ]),
  bug(
    'a secret without a key is opened to the reader',
    'lambda/core/store/secret-policy.ts',
    'letsRead(policy, reader) ? reader : undefined',
    'policy !== "" ? reader : undefined',
    ['test/lambda/core/store/reader'],
  ),
  bug('a DryRun lets the reader in', 'lambda/rotator/granted-users.ts', 'if (dryRun || ', 'if (', ['test/lambda/rotator/granted-users']),
];
