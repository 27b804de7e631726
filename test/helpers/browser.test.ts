import { describeInBrowser, LOOKS } from './browser';

const page = (body: string, style = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title><meta name="viewport" content="width=device-width"><style>${style}</style></head><body><main><h1>Page</h1>${body}</main></body></html>`;

describeInBrowser('what a browser complains about', (open) => {
  it.each(LOOKS)('is nothing on a page that is fine: $width pixels, $scheme', async (look) => {
    const { page: opened, complaints } = await open(page('<p>Fine.</p>'), look);
    expect(await complaints()).toEqual([]);
    await opened.close();
  });

  it.each([
    ['a page that scrolls sideways', page('<p style="width:500px">wide</p>'), /^overflow: \d+ of 360 pixels: .*wide/],
    ['an error in a script', page('<script>nothing.there()</script>'), /^error: nothing is not defined/],
    ['a request', page('<img alt="" src="https://example.com/a.png">'), /^request: https:\/\/example\.com\/a\.png/],
    ['text that is hard to read', page('<p>pale</p>', 'p{color:#ddd;background:#fff}'), /^axe color-contrast: <p>pale/],
    ['a picture without words', page('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'), /^axe image-alt/],
  ])('is %s', async (_, html, complaint) => {
    const { page: opened, complaints } = await open(html, { width: 360, scheme: 'light' });
    expect((await complaints()).join('\n')).toMatch(complaint);
    await opened.close();
  });

  it('is what there is at one width and in one scheme, when an open page is looked at otherwise', async () => {
    const style = '@media (max-width:400px){p{width:500px}} @media (prefers-color-scheme:dark){p{color:#ddd;background:#fff}}';
    const { page: opened, look, complaints } = await open(page('<p>text</p>', style), { width: 1200, scheme: 'light' });
    expect(await complaints()).toEqual([]);
    await look({ width: 360, scheme: 'light' });
    expect(await complaints()).toEqual([expect.stringMatching(/^overflow: /)]);
    await look({ width: 1200, scheme: 'dark' });
    expect(await complaints()).toEqual([expect.stringMatching(/^axe color-contrast: /)]);
    await look({ width: 1200, scheme: 'light' });
    expect(await complaints()).toEqual([]);
    await opened.close();
  });
});
