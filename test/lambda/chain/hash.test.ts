import { sha256 } from '../../../lambda/chain/hash';

it.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
])('%j is hashed as sha256sum does it, whether text or bytes', (text, hash) => {
  expect([sha256(text), sha256(Buffer.from(text))]).toEqual([hash, hash]);
});
