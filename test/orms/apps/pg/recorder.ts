export { sent } from '../support/recording-server';
