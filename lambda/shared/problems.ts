/** One thing that may be wrong with a request of the key API, as people are told it. */
interface ProblemText {
  status: number;
  title: string;
  detail: string;
}

/**
 * What the key API answers instead of a key, by its name in `type`: the functions and the gateway's own answers have one table. No text
 * repeats anything of the request.
 */
export const PROBLEMS = {
  'bad-request': {
    status: 400,
    title: 'Bad request',
    detail: 'The request is not one that this API takes: docs/key-api.md lists the routes.',
  },
  'repeated-header': {
    status: 400,
    title: 'Repeated header',
    detail: 'The header authorization, x-api-key or content-type is there more than once.',
  },
  'repeated-parameter': { status: 400, title: 'Repeated parameter', detail: 'A query parameter is there more than once.' },
  'unknown-parameter': {
    status: 400,
    title: 'Unknown parameter',
    detail: 'This route takes the query parameters username and account, or none.',
  },
  'bad-username': {
    status: 400,
    title: 'Bad username',
    detail: 'The query parameter username must be an IAM user name: 1 to 64 letters, digits or +=.@_-, of which + is sent as %2B.',
  },
  'bad-account': { status: 400, title: 'Bad account', detail: 'The query parameter account must be an account id of 12 digits.' },
  'ambiguous-username': {
    status: 400,
    title: 'Ambiguous username',
    detail: 'Several users of this name were granted: name the account, too.',
  },
  'unexpected-body': { status: 400, title: 'Unexpected body', detail: 'This request takes no body.' },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    detail: 'The request needs a valid token of its client in the header authorization: Bearer <token>, not older than five minutes.',
  },
  'api-key-needed': { status: 403, title: 'API key needed', detail: 'The request needs the API key of a client in the header x-api-key.' },
  forbidden: { status: 403, title: 'Forbidden', detail: 'The request was refused.' },
  'no-such-route': { status: 404, title: 'No such route', detail: 'There is no such route, or it does not take this method.' },
  'no-such-user': { status: 404, title: 'No such user', detail: 'No user of this name was granted to this client.' },
  'no-key-stored': {
    status: 404,
    title: 'No key stored',
    detail: 'The rotation has stored no key of this user yet; it does with the next rotation of the user.',
  },
  'too-large': { status: 413, title: 'Too large', detail: 'The request is larger than this API takes.' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type', detail: 'A body must be application/json.' },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    detail: 'This client has sent more requests than its usage plan allows; try again later.',
  },
  'internal-error': { status: 500, title: 'Internal error', detail: 'Something went wrong here; the log of the function says what.' },
  'no-working-key': {
    status: 503,
    title: 'No working key',
    detail: 'AWS does not accept the stored key of this user at the moment; try again in some seconds.',
  },
  'not-available': {
    status: 503,
    title: 'Not available',
    detail: 'A service that this API needs did not answer; try again in some seconds.',
  },
  timeout: { status: 504, title: 'Timeout', detail: 'The answer took too long; try again.' },
} as const satisfies Record<string, ProblemText>;

/** What may be wrong with a request. */
export type ProblemName = keyof typeof PROBLEMS;

/** The body of RFC 9457 without its `instance`: https://www.rfc-editor.org/rfc/rfc9457 */
export function problemOf(name: ProblemName): { type: string; title: string; status: number; detail: string } {
  const { title, status, detail } = PROBLEMS[name];
  return { type: `urn:iam-key-rotation:problem:${name}`, title, status, detail };
}

/** How every problem is sent. */
export const PROBLEM_TYPE = 'application/problem+json';
/** Of a 401: what a request needs, which no answer tells more exactly. */
export const CHALLENGE = 'Bearer realm="iam-key-rotation"';
