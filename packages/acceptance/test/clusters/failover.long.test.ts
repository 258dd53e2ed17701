import './failover.test.ts';
