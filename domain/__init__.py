"""What a video call about a referral is, in plain Python: values, rules, errors and ports."""
