"""What you know about me: pages of one person in one organisation, without an account, behind links in mails."""
