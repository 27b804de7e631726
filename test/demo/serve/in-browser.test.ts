import { describeInBrowser, LOOKS } from '../../helpers/browser';
import { SANDBOXES, served } from './served';

describeInBrowser('the pages of the sandbox', (open) => {
  const controls = served('enforcing', 'bundled');
  const at = (path: string): URL => new URL(`/_sandbox/${path}`, controls().sandbox.url);

  it('let a day pass, and lead from what happened to a user, the secret, the mail and the report, on a phone and on a screen, by day and by night', async () => {
    const phone = { width: 360, scheme: 'dark' } as const;
    const { page, look, complaints } = await open(at(''), phone);
    const { SCREENSHOTS: folder } = process.env;
    const fine = async (place: string): Promise<void> => {
      for (const one of LOOKS) {
        await look(one);
        if (folder !== undefined) await page.screenshot({ path: `${folder}/${place}-${one.width}-${one.scheme}.png`, fullPage: true });
        expect([place, one, await complaints()]).toEqual([place, one, []]);
      }
      await look(phone);
    };
    const follow = async (name: string | RegExp): Promise<void> => {
      await page.getByRole('link', { name, exact: true }).first().click();
    };
    await fine('overview');
    await page.getByRole('button', { name: 'Next day' }).click();
    await page.getByRole('heading', { level: 1, name: 'What happened last' }).waitFor();
    await fine('what happened');
    await follow('ancient-batch');
    await page.getByRole('heading', { level: 1, name: 'ancient-batch' }).waitFor();
    await fine('a user');
    await follow(/^Account_\d+_User_ancient-batch_AccessKey$/);
    await page.getByText('AWSCURRENT').waitFor();
    await fine('a secret');
    await follow('Accounts');
    await fine('accounts');
    await page.goto(at(`accounts/${SANDBOXES}`).href);
    await fine('an account');
    await page.goto(at('mails/1').href);
    await page.frameLocator('iframe').getByRole('heading').first().waitFor();
    await fine('a mail');
    await page.goto(at('mails').href);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await fine('mails');
    await follow('Reports');
    await fine('reports');
    await follow('The newest report of the whole organization');
    await page.locator('#table tbody tr').first().waitFor();
    await fine('the report');
    await page.close();
  });
});
