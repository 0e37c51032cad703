"""What browsers load: style sheets, scripts, and the tool that installs their libraries."""
