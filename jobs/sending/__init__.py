"""What leaves the house: messages to webhooks, mails."""
