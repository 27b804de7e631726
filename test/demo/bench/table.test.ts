import { stripVTControlCharacters } from 'node:util';
import { asMarkdown, asText } from '../../../demo/bench/table';

const figures = {
  title: 'Sizes',
  head: ['what', 'size'],
  rows: [
    ['a | b', '1,000'],
    ['c', '2'],
  ],
  words: 1,
  note: 'In bytes.',
};

describe('a table', () => {
  it('lines up on a terminal, words to the left and numbers to the right', () => {
    expect(stripVTControlCharacters(asText(figures))).toBe(`Sizes
┌───────┬───────┐
│ what  │  size │
├───────┼───────┤
│ a | b │ 1,000 │
│ c     │     2 │
└───────┴───────┘
In bytes.`);
  });

  it('is Markdown in a document', () => {
    expect(asMarkdown(figures)).toBe('**Sizes**\n\n| what | size |\n| --- | ---: |\n| a \\| b | 1,000 |\n| c | 2 |\n\nIn bytes.');
  });
});
