export const common = {
  appName: 'Shotluck Studio',
  cancel: 'Cancel',
  close: 'Close',
  retry: 'Retry',
  loading: 'Loading…',
  tryAgain: 'Try again',
} as const;
