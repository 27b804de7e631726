import { describeInBrowser, LOOKS } from '../../helpers/browser';
import { MAILS } from './mails';

describeInBrowser('mails in a browser', (open) => {
  describe.each(LOOKS)('$width pixels, $scheme', (look) => {
    it.each(Object.keys(MAILS))('%s: nothing is cut off, hard to read, or fetched from anywhere', async (name) => {
      const { page, complaints } = await open(MAILS[name]!().html, look);
      const { SCREENSHOTS: folder } = process.env;
      if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${look.width}-${look.scheme}.png`, fullPage: true });
      expect(await complaints()).toEqual([]);
      await page.close();
    });
  });
});
