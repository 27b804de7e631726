// On a wide screen a mail opens beside the list, one of those in sight at first; elsewhere, and without this script, as any link does.
const frame = document.querySelector('iframe');
const isWide = () => getComputedStyle(frame).display !== 'none';

function show(link) {
  frame.src = link.href;
  for (const one of document.querySelectorAll('.mail a[aria-current]')) one.removeAttribute('aria-current');
  link.setAttribute('aria-current', 'true');
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('.mail a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !isWide()) return;
  event.preventDefault();
  show(link);
});
const first = document.querySelector('.kind[open] .mail a');
if (first && isWide()) show(first);
