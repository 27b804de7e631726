import { RefusedError } from '../../../lambda/key-api/refused';
import { headerValues, readKeyRequest, readTokenRequest, refuseRepeatedHeaders } from '../../../lambda/key-api/request';
import { proxyEvent, refusal, tokenRequest } from '../../helpers/key-api';

const JSON_TYPE = { 'Content-Type': ['application/json'] };

it('finds every value of a header, however its name is spelled, and the single one where there is no list', () => {
  const event = proxyEvent({ headers: { Authorization: ['a', 'b'], AUTHORIZATION: ['c'], 'x-other': ['d'] } });
  expect(headerValues(event, 'authorization')).toEqual(['a', 'b', 'c']);
  expect(headerValues({ headers: { Authorization: 'a' }, multiValueHeaders: null }, 'authorization')).toEqual(['a']);
  expect(headerValues({ headers: null, multiValueHeaders: null }, 'authorization')).toEqual([]);
});

it('lets repeated headers pass that say nothing about who asks for what', () => {
  expect(() => {
    refuseRepeatedHeaders(proxyEvent({ headers: { Accept: ['a', 'b'], 'x-api-key': ['a'] } }));
  }).not.toThrow();
});

it('reads whom a request asks for', () => {
  expect(readKeyRequest(proxyEvent({ query: { username: ['web+deploy@x.y'], account: ['111122223333'] } }))).toEqual({
    username: 'web+deploy@x.y',
    account: '111122223333',
  });
  expect(readKeyRequest({ ...proxyEvent(), multiValueQueryStringParameters: null, queryStringParameters: { username: 'bob' } })).toEqual({
    username: 'bob',
  });
});

it.each([
  ['no query at all', { multiValueQueryStringParameters: null, queryStringParameters: null }],
  ['a parameter without values', { multiValueQueryStringParameters: { username: [] }, queryStringParameters: {} }],
])('refuses %s', (_, changes) => {
  expect(() => readKeyRequest({ ...proxyEvent(), ...changes })).toThrow(RefusedError);
});

it.each([
  ['no body', {}],
  ['an empty body', { body: '' }],
  ['an empty object with blanks', { body: ' {}\n', headers: JSON_TYPE }],
])('takes a token request with %s', (_, asking) => {
  expect(() => {
    readTokenRequest(tokenRequest(asking));
  }).not.toThrow();
});

it('measures a body as it was sent, in bytes', () => {
  const two = 'ä'.repeat(513);
  expect(() => {
    readTokenRequest(tokenRequest({ body: two, headers: JSON_TYPE }));
  }).toThrow(refusal('too-large'));
  expect(() => {
    readTokenRequest(tokenRequest({ body: Buffer.from(two).toString('base64'), isBase64Encoded: true, headers: JSON_TYPE }));
  }).toThrow(refusal('too-large'));
});
